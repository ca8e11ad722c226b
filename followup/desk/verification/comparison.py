"""A comparison of rows with rows: one statement over whole tables, which returns the ids that do not fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db import connection

from brik.audit.reasons import Reason
from brik.audit.record_names import named_models
from brik.audit.verbs import Verb
from consent.models import ConsentState
from consent.record.endings import EndCause, steps_of_end
from followup.sharing.models import DeliveryKind, DeliveryState


@dataclass(frozen=True)
class Mismatch:
    """What is wrong, and with which rows: ids, and no content."""

    what: str
    ids: list[str]


@dataclass(frozen=True)
class Comparison:
    """What is wrong with the rows that ``sql`` returns, each by its id; the values in it are :func:`constants`."""

    what: str
    sql: str

    def mismatch(self) -> Mismatch:
        """The rows that do not fit, by one query."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, constants())
            return Mismatch(self.what, sorted({str(row[0]) for row in cursor.fetchall()}))


@cache
def constants() -> dict[str, str | int]:
    """What a comparison may name: every verb, state and record name as the code has it, in small letters."""
    values: dict[str, str | int] = {f"verb_{verb.name.lower()}": verb.value for verb in Verb}
    values |= {f"state_{state.name.lower()}": state.value for state in ConsentState}
    values |= {f"delivery_{state.name.lower()}": state.value for state in DeliveryState}
    values |= {f"kind_{kind.name.lower()}": kind.value for kind in DeliveryKind}
    values |= {f"name_{name}": name for name, _ in named_models()}
    values |= {"end_set": Reason.END_SET.value, "released": EndCause.RELEASED.value}
    return values | {"steps_of_release": steps_of_end(EndCause.RELEASED)}


def without_row(table: str, *, key: str, name: str, verb: str, what: str) -> Comparison:
    """Events of one verb about rows of one name, whose row is not in the table."""
    return Comparison(
        what,
        f"""
        SELECT DISTINCT event.object_id FROM audit_event event
        WHERE event.verb = %(verb_{verb})s AND event.object_name = %(name_{name})s
          AND NOT EXISTS (SELECT FROM {table} stored WHERE stored.{key}::text = event.object_id)
        """,  # noqa: S608
    )


def without_event(table: str, *, key: str, name: str, verb: str, what: str) -> Comparison:
    """Rows of a table of which no event of one verb tells."""
    return Comparison(
        what,
        f"""
        SELECT stored.{key} FROM {table} stored
        WHERE NOT EXISTS (
            SELECT FROM audit_event event
            WHERE event.verb = %(verb_{verb})s AND event.object_name = %(name_{name})s
              AND event.object_id = stored.{key}::text
        )
        """,  # noqa: S608
    )
