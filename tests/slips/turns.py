"""Units with a health service, and turns of the page as an officer's browser makes them."""

from __future__ import annotations

import re

from django.db import connection
from django.urls import reverse

from brik.slips import actions
from brik.slips.models import Slip
from brik.staff.models import Organisation, OrganisationKind, Role, Unit
from followup.demo import clock
from tests import situations

DONE = re.compile(r"^/lapp/[0-9a-f-]{36}/nb/ferdig/$")


def health_service(*units: Unit, **fields) -> Organisation:
    """The health service of these units; of every unit when none is named."""
    organisation = situations.an_organisation(OrganisationKind.HEALTH, **fields)
    organisation.units.set(units)
    return organisation


def nurse(organisation: Organisation):
    return situations.an_account(Role.PARTNER, organisation=organisation)


def turned(someone, *topics, by=None, hours_ago: float = 0) -> Slip:
    """One turn of the page."""
    by = by or situations.an_account(at=someone.known_stay.unit)
    with clock.days_ago(hours_ago / 24):
        return actions.turn(someone, topics=topics, by=by)


def send(client, someone, *codes: str, language: str = "nb"):
    """The page as it is sent from the turned screen."""
    return client.post(reverse("slips:write", args=[someone.pk, language]), {"topics": list(codes)})


def plain(page: str, *names: str) -> str:
    """A page without what differs from request to request: tokens, seconds, names, ids, times of the day."""
    for name in names:
        page = page.replace(name, "NAVN")
    page = re.sub(r'name="(csrfmiddlewaretoken|typed_by)" value="[^"]*"|data-seconds="\d+"', "", page)
    page = re.sub(r"\d\d\.\d\d(\.\d\d)?", "TID", page)
    page = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)
    return re.sub(r"(Person|Opna person|person) [0-9a-f]{8}\b", "ID", page)


def shape(statement: str) -> str:
    """A statement without ids and times; of bytes how many there are."""
    statement = re.sub(r"'\\x([0-9a-f]*)'", lambda found: f"<{len(found[1]) // 2}>", statement)
    statement = re.sub(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "ID", statement)
    statement = re.sub(r"\d{4}-\d\d-\d\d[ T][0-9:.+]+", "TIME", statement)
    return re.sub(r"\bs\d+_x\d+\b", "SAVEPOINT", statement)


def rows_about(table: str, column: str, value) -> list[dict]:
    """Rows as anybody who holds the database sees them: ids and times apart, and of bytes only how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s ORDER BY 1", [value])
        names = [column.name for column in cursor.description]
        return [{name: _seen(name, cell) for name, cell in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _seen(name: str, cell):
    if isinstance(cell, bytes | memoryview):
        return len(bytes(cell))
    if name in {"id", "uuid", "subject", "object_id", "person", "person_id", "slip_id"} or hasattr(cell, "tzinfo"):
        return type(cell).__name__
    return cell


def without_guard(statement: str, *values) -> None:
    """As the owner of the database could, whom no trigger stops."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")
