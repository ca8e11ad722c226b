"""The monthly partitions of the event table. Only the owner of the tables makes them.

The first holds all events before the month it was made in; then there is one for each month. Events after the last
go to the default partition: none is lost, and ``verify_audit`` reports them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from brik.audit.models import Event

MONTHS_AHEAD = 3
FEWEST_AHEAD = 2

_IS_PARTITIONED = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('audit_event') AND relkind = 'p'"
_END = r"""
SELECT max((regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz)
FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = 'audit_event'::regclass
"""
# A partition is used through the log only. PostgreSQL adds the log's row triggers to it, but not that on TRUNCATE.
_CLOSED = """
CREATE TRIGGER {name}_stays BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
REVOKE ALL ON {name} FROM brik_app, brik_rotate;
"""
_MAKE = "CREATE TABLE {name} PARTITION OF audit_event FOR VALUES FROM ({since}) TO ({until});" + _CLOSED
_MAKE_DEFAULT = "CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;" + _CLOSED.format(
    name="audit_event_default"
)
# The default partition becomes the partition of the months it holds, so no row is moved.
_TURN_DEFAULT = """
ALTER TABLE audit_event DETACH PARTITION audit_event_default;
ALTER TABLE audit_event_default RENAME TO {name};
ALTER TRIGGER audit_event_default_stays ON {name} RENAME TO {name}_stays;
ALTER TABLE audit_event ATTACH PARTITION {name} FOR VALUES FROM ({since}) TO ({until});
"""


def is_partitioned(using: str = "default") -> bool:
    """Whether the table is partitioned; it is not while its migrations are only partly applied."""
    with connections[using].cursor() as cursor:
        cursor.execute(_IS_PARTITIONED)
        return bool(cursor.fetchone()[0])


def end() -> datetime | None:
    """The end of the last monthly partition; None where there is none yet."""
    with connection.cursor() as cursor:
        return _end(cursor)


def events_in_default() -> int:
    """How many events are in the default partition."""
    last = end()
    return (Event.objects.filter(at__gte=last) if last else Event.objects).count()


def months_ahead() -> int:
    """How many months after the present one have a partition."""
    last, now = end(), timezone.now()
    return 0 if last is None else (last.year - now.year) * 12 + last.month - now.month - 1


def make(ahead: int = MONTHS_AHEAD, *, using: str = "default") -> list[str]:
    """Make the partitions of the present month and of ``ahead`` months after it. Gives the names of new ones.

    Takes no lock where all exist already. Called inside ``brief_locks.waiting_briefly``: it locks the whole log.
    """
    wanted = _month_after(timezone.now(), ahead + 1)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if _is_made(cursor, wanted):
            return []
        cursor.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
        return _make_until(cursor, wanted)


def _is_made(cursor: CursorWrapper, wanted: datetime) -> bool:
    last = _end(cursor)
    return last is not None and last >= wanted and _last_stray(cursor, last) is None


def _make_until(cursor: CursorWrapper, wanted: datetime) -> list[str]:
    made, last = [], _end(cursor)
    if last is None:
        last = _month_after(timezone.now(), 0)
        made.append("audit_event_before")
        cursor.execute(_MAKE.format(name=made[-1], since="MINVALUE", until="%s"), [last])
    if stray := _last_stray(cursor, last):
        made.append(_name(last))
        until = _month_after(stray, 1)
        cursor.execute(_TURN_DEFAULT.format(name=made[-1], since="%s", until="%s"), [last, until])
        cursor.execute(_MAKE_DEFAULT)
        last = until
    while last < wanted:
        made.append(_name(last))
        until = _month_after(last, 1)
        cursor.execute(_MAKE.format(name=made[-1], since="%s", until="%s"), [last, until])
        last = until
    return made


def _end(cursor: CursorWrapper) -> datetime | None:
    cursor.execute(_END)
    last: datetime | None = cursor.fetchone()[0]
    return last


def _last_stray(cursor: CursorWrapper, last: datetime) -> datetime | None:
    cursor.execute("SELECT max(at) FROM audit_event WHERE at >= %s", [last])
    stray: datetime | None = cursor.fetchone()[0]
    return stray


def _name(since: datetime) -> str:
    return f"audit_event_{since.astimezone(UTC):%Y_%m}"


def _month_after(moment: datetime, months: int) -> datetime:
    """The start, in UTC, of the month that is ``months`` after that of ``moment``."""
    moment = moment.astimezone(UTC)
    years, month = divmod(moment.month - 1 + months, 12)
    return datetime(moment.year + years, month + 1, 1, tzinfo=UTC)
