"""Whoever holds the database can change bytes, but never what BRIK reads: it refuses."""

import random
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection

from brik.people.models import Identifier, Person
from brik.vault import keys
from brik.vault.sealed_models import SealedModel
from brik.vault.sealing import SealBroken
from tests import situations

pytestmark = [pytest.mark.django_db]
ATTACKS = 1000
CELLS: list[tuple[type[SealedModel], str]] = [(Person, "identity"), (Person, "protection"), (Identifier, "number")]
TABLES: dict[type[SealedModel], str] = {Person: "people_person", Identifier: "people_identifier"}


@dataclass(frozen=True)
class Cell:
    model: type[SealedModel]
    column: str
    row: UUID

    def read(self) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.column} FROM {TABLES[self.model]} WHERE uuid = %s", [self.row])
            return bytes(cursor.fetchone()[0])

    def write(self, stored: bytes) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {TABLES[self.model]} SET {self.column} = %s WHERE uuid = %s", [stored, self.row])

    def open(self):
        return getattr(self.model._default_manager.get(pk=self.row), self.column).open()


def a_house_of_cells() -> tuple[list[Cell], dict[Cell, list[bytes]]]:
    """Ten people with two numbers each, everything resealed twice; gives the cells and their older bytes."""
    cells: list[Cell] = []
    older: dict[Cell, list[bytes]] = {}
    for serial in range(10):
        someone = situations.a_person()
        numbers = [
            Identifier(person=someone, kind=kind, number=f"{serial}", lookup=f"{kind}{serial}".encode())
            for kind in ("SSPNUMMER", "DUFNUMMER")
        ]
        for version in range(3):
            someone.protection = {"address_grade": "", "restrictions": [], "note": f"{version}"}
            numbers[0].number = numbers[1].number = f"{serial}-{version}"
            for row in (someone, *numbers):
                row.save()
                for model, column in CELLS:
                    if isinstance(row, model):
                        cell = Cell(model, column, row.pk)
                        older.setdefault(cell, []).append(cell.read())
    cells = list(older)
    return cells, {cell: history[:-1] for cell, history in older.items()}


def replacement(
    attack: str, cell: Cell, cells: list[Cell], older: dict[Cell, list[bytes]], dice: random.Random
) -> bytes:
    """The bytes an attacker puts into ``cell``."""
    own = cell.read()
    others = [other for other in cells if other != cell]
    match attack:
        case "swap":
            return dice.choice(others).read()
        case "same row, other column":
            same = [other for other in others if other.row == cell.row] or others
            return dice.choice(same).read()
        case "other row's older bytes":
            return dice.choice(older[dice.choice(others)])
        case "roll back":
            return dice.choice(older[cell])
        case "flip a bit":
            position = dice.randrange(len(own) * 8)
            flipped = bytearray(own)
            flipped[position // 8] ^= 1 << position % 8
            return bytes(flipped)
        case "cut off":
            return own[: dice.randrange(len(own))]
        case _:
            return own + dice.randbytes(dice.randrange(1, 20))


def test_a_thousand_random_swaps_moves_roll_backs_flips_and_cuts_are_all_refused_on_read():
    kinds = ["swap", "same row, other column", "other row's older bytes", "roll back", "flip a bit", "cut off", "add"]
    dice = random.Random(20261121)
    opened = 0
    with keys.ring():
        cells, older = a_house_of_cells()
        for cell in cells:
            cell.open()
        for number in range(ATTACKS):
            cell = dice.choice(cells)
            own = cell.read()
            cell.write(replacement(kinds[number % len(kinds)], cell, cells, older, dice))
            try:
                cell.open()
                opened += 1
            except SealBroken:
                pass
            cell.write(own)
        for cell in cells:
            cell.open()
    assert opened == 0


@pytest.mark.parametrize("forged", [b"", b"\x00", b"\x01", b'{"given": "Ola"}', b"\x01" + bytes(28)])
def test_bytes_put_there_by_hand_are_never_read_as_a_value(forged):
    someone = situations.a_person()
    Cell(Person, "identity", someone.pk).write(forged)
    with pytest.raises(SealBroken):
        Person.objects.get(pk=someone.pk).name  # noqa: B018


def in_place_of(someone, column, stored):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_person SET {column} = %s WHERE uuid = %s", [stored, someone.pk])


def protected(note):
    someone = situations.a_person()
    someone.protection = {"address_grade": "", "restrictions": [], "note": note}
    someone.save()
    return someone


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("column", ["identity", "protection"])
def test_a_value_taken_away_is_refused_and_not_read_as_nothing(column):
    someone = protected("Får ikke møte B")
    in_place_of(someone, column, None)
    with pytest.raises(SealBroken):
        getattr(Person.objects.get(pk=someone.pk), column)
    with pytest.raises(SealBroken):
        dict(Person.objects.opened(column))


@pytest.mark.usefixtures("unguarded")
def test_all_values_of_a_row_taken_away_are_refused():
    someone = protected("Får ikke møte B")
    in_place_of(someone, "protection = NULL, identity", None)
    with pytest.raises(SealBroken):
        Person.objects.get(pk=someone.pk).name  # noqa: B018


def test_a_nothing_from_elsewhere_or_from_before_does_not_hide_a_value():
    someone, other = situations.a_person(), situations.a_person()
    mine, others = (Cell(Person, "protection", row.pk).read() for row in (someone, other))
    assert (Person.objects.get(pk=someone.pk).protection, len({mine, others})) == (None, 2)
    someone.protection = {"note": "x"}
    someone.save()
    own = Cell(Person, "protection", someone.pk).read()
    for nothing in (mine, others, b"\x02", b"\x02" + own[1:]):
        in_place_of(someone, "protection", nothing)
        with pytest.raises(SealBroken):
            Person.objects.get(pk=someone.pk).protection  # noqa: B018
        with pytest.raises(SealBroken):
            dict(Person.objects.opened("protection"))


@pytest.mark.usefixtures("unguarded")
def test_a_value_taken_away_from_history_is_refused_there_too():
    someone = protected("x")
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_historicalperson SET protection = NULL WHERE uuid = %s", [someone.pk])
    with pytest.raises(SealBroken):
        someone.history.first().protection  # noqa: B018


def test_raising_the_row_version_by_hand_breaks_the_row():
    someone = situations.a_person()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET row_version = row_version + 1 WHERE uuid = %s", [someone.pk])
    with pytest.raises(SealBroken):
        Person.objects.get(pk=someone.pk).identity.open()


def test_a_row_handed_to_another_person_does_not_open():
    one, other = situations.a_person(), situations.a_person()
    number = Identifier(person=one, kind="SSPNUMMER", number="1", lookup=b"1")
    number.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_identifier SET person_id = %s WHERE uuid = %s", [other.pk, number.pk])
    with pytest.raises(SealBroken):
        Identifier.objects.get(pk=number.pk).number.open()


def test_the_key_of_one_person_put_in_place_of_anothers_does_not_open():
    one, other = situations.a_person(), situations.a_person()
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key WHERE subject = %s) WHERE subject = %s",
            [one.pk, other.pk],
        )
    with pytest.raises(SealBroken):
        Person.objects.get(pk=other.pk).identity.open()


def test_history_bytes_of_an_older_version_do_not_open_in_the_present_row():
    someone = situations.a_person()
    someone.identity = {"given": "Ny", "family": "Versjon"}
    someone.save()
    oldest = someone.history.last().identity.ciphertext
    Cell(Person, "identity", someone.pk).write(oldest)
    with pytest.raises(SealBroken):
        Person.objects.get(pk=someone.pk).identity.open()
