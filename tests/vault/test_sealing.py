"""The seal itself: known answers, and what every change of place or bytes does."""

import json
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from brik.vault.place import SealedPlace
from brik.vault.providers.file_provider import provider
from brik.vault.sealing import SealBroken, associated_data, seal, unseal

KEY = AESGCM(bytes(range(32)))
HERE = SealedPlace("person", UUID(int=1), UUID(int=2), 3)
COLUMN = "identity"

# Every part of what a value is bound to, and the place it would fit if that part were not bound.
PARTS = ["installation", "name", "column", "person", "row", "row version"]
ELSEWHERE = {
    "name": (HERE._replace(name="section"), COLUMN),
    "column": (HERE, "protection"),
    "person": (HERE._replace(subject=UUID(int=9)), COLUMN),
    "row": (HERE._replace(row=UUID(int=9)), COLUMN),
    "row version": (HERE._replace(row_version=2), COLUMN),
}


def bound_without(part):
    """How values would be bound if ``part`` were left out."""

    def bound_to(self, column):
        parts = [provider().installation, self.name, column, self.subject.bytes, self.row.bytes, self.row_version]
        if part is not None:
            del parts[PARTS.index(part)]
        return associated_data("brik/v1", *parts)

    return bound_to


def opens_elsewhere(part, monkeypatch):
    """Seal a value here and open it at the place that differs in ``part`` alone."""
    sealed = seal(KEY, b"words", HERE.bound_to(COLUMN))
    place, column = ELSEWHERE.get(part, (HERE, COLUMN))
    with monkeypatch.context() as moved:
        if part == "installation":
            moved.setattr(provider(), "installation", "another installation")
        try:
            return unseal(KEY, sealed, place.bound_to(column)) == b"words"
        except SealBroken:
            return False


def test_the_bound_parts_are_exactly_these(monkeypatch):
    expected = HERE.bound_to(COLUMN)
    monkeypatch.setattr(SealedPlace, "bound_to", bound_without(None))
    assert HERE.bound_to(COLUMN) == expected


@pytest.mark.parametrize("part", PARTS)
def test_a_value_does_not_open_where_one_part_of_its_place_differs(part, monkeypatch):
    assert not opens_elsewhere(part, monkeypatch)


@pytest.mark.parametrize("missing", PARTS)
@pytest.mark.parametrize("attacked", PARTS)
def test_each_part_is_needed_and_stops_exactly_its_own_attack(missing, attacked, monkeypatch):
    monkeypatch.setattr(SealedPlace, "bound_to", bound_without(missing))
    assert opens_elsewhere(attacked, monkeypatch) == (missing == attacked)


def test_a_value_opens_at_its_own_place_whatever_it_is():
    @given(st.binary(max_size=500))
    def check(plain):
        assert unseal(KEY, seal(KEY, plain, HERE.bound_to(COLUMN)), HERE.bound_to(COLUMN)) == plain

    check()


def test_no_two_values_are_sealed_with_the_same_nonce():
    assert len({seal(KEY, b"words", b"here")[1:13] for _ in range(500)}) == 500


def test_no_bit_can_be_flipped_and_no_byte_cut_off_or_added():
    sealed = seal(KEY, "Ærlig talt".encode(), b"here")
    for position in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises(SealBroken):
            unseal(KEY, bytes(flipped), b"here")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(KEY, sealed[:length], b"here")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed + b"\0", b"here")


def test_what_a_broken_seal_says_holds_nothing_of_the_content():
    with pytest.raises(SealBroken) as broken:
        unseal(KEY, seal(KEY, b"Testesen", b"here"), b"there")
    assert broken.value.__cause__ is None
    assert "Testesen" not in str(broken.value)


@given(st.lists(st.text(max_size=8), max_size=5), st.lists(st.text(max_size=8), max_size=5))
def test_different_parts_never_give_the_same_bound_bytes(one, other):
    assert (associated_data(*one) == associated_data(*other)) == (one == other)


def test_the_bound_bytes_are_the_known_ones():
    assert associated_data("a", "", "bc", 7) == bytes.fromhex("00000001 61 00000000 00000002 6263 00000001 37")


def test_a_value_sealed_long_ago_still_opens():
    """Format byte, nonce 00…0b, then AES-256-GCM under key 00…1f with the bound bytes of ("place"): never to drift."""
    stored = bytes.fromhex(
        "01 000102030405060708090a0b 3c20b172b380ac39b763dceac3805a106d0170bf9b13c6055b589d8c2018eca9"
    )
    assert json.loads(unseal(KEY, stored, associated_data("place"))) == {"given": "Kari"}


def test_an_unknown_format_is_refused_before_any_key_is_tried():
    sealed = seal(KEY, b"words", b"here")
    with pytest.raises(SealBroken, match="unknown format"):
        unseal(KEY, b"\x02" + sealed[1:], b"here")
