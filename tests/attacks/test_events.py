"""Lines E of the table of attacks, and what only a chain with a witness outside can show, as the README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import Error, connection, transaction

from brik.audit.models import Event
from brik.audit.verbs import Verb
from tests.attacks.sql import as_owner, check, refused

pytestmark = [pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent

# The lines of the table, and of each that needs a chain how the README names it.
LINES = [
    "v1",
    "v2",
    "v3",
    "v4",
    "v5",
    "v7",
    "v8",
    "v9",
    "x6",
    "v10",
    "v11b",
    "k1",
    "k2",
    "k3",
    "c1",
    "c3",
    "c7",
    "c2",
    "c4",
    "c6",
    "c8",
    "c9",
    "c10",
    "c11",
    "c12b",
    "c14",
    "c15",
    "o1",
    "o2",
    "o3",
    "o4",
    "x4",
]
LINES += ["l1", "l2", "l3", "l4b", "l5", "l6b", "l7", "x1", "x2", "x3", "e1", "e2", "e5"]
NEEDS_A_CHAIN = {
    "v6": "an older row put back together with the removal of its later history and events",
    "c13": "a consent removed together with its rows and exactly its events",
    "c16": "a withdrawal removed together with its steps, receipt and events",
    "e3": "reading events removed, or given another actor",
    "e4": "an event that tells of a reading which never was",
    "restore": "a whole older database put back",
}


def chapter() -> str:
    """What the README says of this, on one line."""
    return " ".join((ROOT / "README.md").read_text().split())


@pytest.mark.parametrize("line", NEEDS_A_CHAIN)
def test_what_needs_a_chain_is_named_in_the_readme(line):
    assert NEEDS_A_CHAIN[line] in chapter()


def test_every_line_of_the_table_has_its_test():
    names = " ".join(
        re.findall(r"^def test_(\w+)", "\n".join(path.read_text() for path in HERE.glob("test_*.py")), re.M)
    )
    codes = set(re.findall(r"(?<![a-z0-9])([a-z]\d+b?)(?=_)", names.replace(" ", "\n")))
    assert set(LINES) <= codes


@pytest.mark.parametrize("role", ["brik_app", None])
def test_e1_e2_no_event_is_removed(house, role):
    with transaction.atomic(), connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(Error):
            cursor.execute("DELETE FROM audit_event")
        transaction.set_rollback(True)


def test_e5_a_forged_event_of_a_version_that_never_was_stops_sharing_and_is_found(house):
    mapping = house.interview(house.sharing)
    Event.objects.create(
        verb=Verb.MAPPING_READ,
        actor="x",
        subject=mapping.person_id,
        object_name="mapping",
        object_id=str(mapping.pk),
        row_version=99,
    )
    refused(lambda: house.share(house.sharing, house.koda))
    assert f"mapping {mapping.pk}: older than its last event" in check("verify_audit")


def test_v6_with_its_events_gone_an_older_row_is_seen_only_by_its_head(house):
    """The head keeps the last version, so the row is still noticed; whoever changes the head as well is not."""
    section = house.section(house.sharing)
    as_owner("UPDATE audit_head SET row_version = 9 WHERE object_id = %s", str(section.pk))
    refused(lambda: house.share(house.sharing, house.koda))
    assert f"section {section.pk}: older than its last event" in check("verify_audit")
