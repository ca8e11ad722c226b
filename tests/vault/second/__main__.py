"""Writes the known answers into ``tests/vault/vectors``. Only for a new format: what is published there stays."""

import json
from pathlib import Path
from typing import Any

from tests.vault.second import sealed_format
from tests.vault.second.sealed_format import Json

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
INSTALLATION = "7d3f1c52-9a60-4a7e-8f0b-5c2d90e1b344"
PERSON, ROW = "0f0e0d0c-0b0a-4908-8706-050403020100", "a1b2c3d4-e5f6-4718-8929-3a4b5c6d7e8f"
ORGANISATION = "11111111-2222-4333-8444-555555555555"
DATA, WRAPPING = bytes(range(32)), bytes(range(32, 64))
OF_PERSON, OF_ORGANISATION, LOOKUP = bytes(range(64, 96)), bytes(range(96, 128)), bytes(range(128, 160))


def place(table: str = "section", column: str = "answers", **parts: Any) -> Json:
    """A place that differs from the usual one in some parts."""
    usual = {"installation": INSTALLATION, "table": table, "column": column, "person": PERSON, "row": ROW}
    return usual | {"row_version": 1} | parts


PLACES = {
    "an answer": place(),
    "a person, whose row is the person": place("person", "identity", row=PERSON, row_version=2),
    "a scanned sheet, sealed as bytes": place("signed_sheet", "pdf"),
    "the largest row version": place(row_version=2**31 - 1),
    "an installation with a name of other letters": place(installation="Ås fengsel / prøve"),
}


def nonce(serial: int) -> bytes:
    """Nonces of the vectors. In use they are random."""
    return bytes(range(serial, serial + 12))


def values() -> list[Json]:
    """JSON values as they are sealed, and bytes."""
    objects: list[Any] = [{"given": "Kari", "family": "Prøvesen"}, "", 0, ["Å", "\U0001f512", "\u0644"], "x" * 1000]
    texts = [("JSON", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) for value in objects]
    texts += [("bytes", bytes(length)) for length in (0, 1, 15, 16, 17, 255)]
    cases = []
    for serial, (kind, text) in enumerate(texts):
        about, where = list(PLACES.items())[serial % len(PLACES)]
        bound = sealed_format.bound_to(where)
        cases.append(
            {
                "about": f"{kind}: {about}",
                "kind": kind,
                "key": DATA.hex(),
                "nonce": nonce(serial).hex(),
                "place": where,
                "plaintext": text.hex(),
                "associated_data": bound.hex(),
                "sealed": sealed_format.seal(DATA, nonce(serial), text, bound).hex(),
            }
        )
    return cases


def nothings() -> list[Json]:
    """Empty columns of sealed rows."""
    return [
        {
            "about": about,
            "key": DATA.hex(),
            "place": where,
            "associated_data": sealed_format.bound_to(where).hex(),
            "sealed": sealed_format.nothing(DATA, sealed_format.bound_to(where)).hex(),
        }
        for about, where in PLACES.items()
    ]


def wrapped_keys() -> list[Json]:
    """Data keys as they are stored: a key's name is its keeping and the id of what is kept."""
    cases = []
    for serial, (keeping, subject) in enumerate([("person", PERSON), ("organisation", ORGANISATION)]):
        name = {"installation": INSTALLATION, "keeping": keeping, "id": subject, "key_id": "4f0c9d2ab731"}
        cases.append(
            {
                "about": f"the key of one {keeping}",
                "wrapping_key": WRAPPING.hex(),
                "nonce": nonce(serial).hex(),
                "name": name,
                "data_key": DATA.hex(),
                "associated_data": sealed_format.bound_key(name).hex(),
                "wrapped": sealed_format.wrap(WRAPPING, nonce(serial), DATA, name).hex(),
            }
        )
    return cases


def shared_keys() -> list[Json]:
    """The key of one row that takes a person's key and an organisation's."""
    name = {"installation": INSTALLATION, "row": ROW, "person": PERSON, "organisation": ORGANISATION}
    name["key_id"] = "4f0c9d2ab731"
    keys = {"person": OF_PERSON, "organisation": OF_ORGANISATION, "data": DATA, "wrapping": WRAPPING}
    nonces = {"organisation": nonce(1), "person": nonce(2), "wrapping": nonce(3)}
    return [
        {
            "about": "the key of a slip",
            "keys": {whose: key.hex() for whose, key in keys.items()},
            "nonces": {whose: given.hex() for whose, given in nonces.items()},
            "name": name,
            "associated_data": sealed_format.bound_shared_key(name).hex(),
            "wrapped": sealed_format.share(keys, nonces, name).hex(),
        }
    ]


def lookup_hashes() -> list[Json]:
    """Keyed hashes of numbers, names and searches."""
    terms = [
        ("people.number", "FOEDSELSNUMMER:01810112345"),
        ("people.search", "prøvesen"),
        ("arrivals.namesake", "kari prøvesen|010190"),
        ("people.search", ""),
    ]
    return [
        {
            "lookup_key": LOOKUP.hex(),
            "purpose": purpose,
            "value": value,
            "hash": sealed_format.lookup_hash(LOOKUP, purpose, value).hex(),
        }
        for purpose, value in terms
    ]


def refused() -> list[Json]:
    """What must never open, and why."""
    here = place()
    bound = sealed_format.bound_to(here)
    sealed, empty = sealed_format.seal(DATA, nonce(7), b'"ja"', bound), sealed_format.nothing(DATA, bound)
    elsewhere = {
        "another installation": place(installation=PERSON),
        "another table": place(table="plan"),
        "another column": place(column="answer"),
        "a letter moved from the table to the column": place(table="sectio", column="nanswers"),
        "another person": place(person=ROW),
        "another row": place(row=PERSON),
        "person and row exchanged": place(person=ROW, row=PERSON),
        "an older row version": place(row_version=0),
        "a row version with another digit": place(row_version=10),
    }
    broken = {
        "no byte at all": b"",
        "the format alone": sealed[:1],
        "no tag": sealed[:-16],
        "a tag of 12 bytes": sealed[:-4],
        "a tag of 15 bytes": sealed[:-1],
        "a byte too many": sealed + b"\0",
        "an unknown format": b"\0" + sealed[1:],
        "the format to come": b"\x03" + sealed[1:],
        "a value that says it is a nothing": b"\x02" + sealed[1:],
        "a nothing that says it is a value": b"\x01" + empty[1:],
        "a nothing with its nonce that says it is a value": b"\x01" + nonce(7) + empty[1:],
        "a nothing cut short": empty[:-1],
        "a nothing with a byte too many": empty + b"\0",
        "another nonce": sealed[:1] + nonce(8) + sealed[13:],
        "a bit of the text": sealed[:13] + bytes([sealed[13] ^ 1]) + sealed[14:],
        "a bit of the tag": sealed[:-1] + bytes([sealed[-1] ^ 0x80]),
        "a text in clear": b'"ja"',
    }
    cases = [("value, read at a place with " + why, there, sealed) for why, there in elsewhere.items()]
    cases += [("nothing, read at a place with " + why, there, empty) for why, there in elsewhere.items()]
    cases += [(why, here, stored) for why, stored in broken.items()]
    return [{"why": why, "key": DATA.hex(), "place": where, "sealed": stored.hex()} for why, where, stored in cases]


FILES = {
    "values": values,
    "nothings": nothings,
    "wrapped_keys": wrapped_keys,
    "shared_keys": shared_keys,
    "lookup_hashes": lookup_hashes,
    "refused": refused,
}


def written(name: str) -> str:
    """The content of one file."""
    return json.dumps({"format": "docs/sealed-format.md", "cases": FILES[name]()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in FILES:
        (FOLDER / f"{file}.json").write_text(written(file))
