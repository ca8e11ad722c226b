"""The log lies in a partition a month, made ahead by the owner of the tables; each is as closed as the log itself."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from brik.audit import log, partitions
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.vault.codes.row_codes import code_of_row

pytestmark = [pytest.mark.django_db]
BY = Process("test")
YEAR = timedelta(days=366)


def names():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor]


def lies_in(event):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_event WHERE id = %s", [event.pk])
        return cursor.fetchone()[0]


def told(at):
    event = log.record(Verb.LOGIN, by=BY)
    late = Event(verb=Verb.LOGIN, actor=event.actor, at=at)
    late.code = code_of_row(late)
    late.save()
    return late


def verified():
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_migrate_makes_partitions_for_the_months_ahead():
    assert partitions.months_ahead() == partitions.MONTHS_AHEAD
    assert len(names()) == partitions.MONTHS_AHEAD + 3
    assert partitions.events_in_default() == 0


def test_an_event_lies_in_the_partition_of_its_month():
    now = timezone.now().astimezone(UTC)
    assert lies_in(log.record(Verb.LOGIN, by=BY)) == f"audit_event_{now:%Y_%m}"
    assert lies_in(told(now - YEAR)) == "audit_event_before"
    assert lies_in(told(now + YEAR)) == "audit_event_default"


def test_made_again_nothing_changes():
    before = names()
    assert partitions.make() == []
    assert names() == before


def test_the_command_makes_as_many_months_as_asked_for():
    call_command("make_partitions", "--months", "14", stdout=(out := StringIO()))
    assert partitions.months_ahead() == 14
    assert len(out.getvalue().splitlines()) == 14 - partitions.MONTHS_AHEAD
    for odd in ("0", "-1", "121"):
        with pytest.raises(CommandError, match="--months"):
            call_command("make_partitions", "--months", odd)


def test_the_application_cannot_make_partitions():
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")
    try:
        with pytest.raises(ProgrammingError), transaction.atomic():
            partitions.make(14)
    finally:
        connection.cursor().execute("RESET ROLE")


def test_what_lies_in_the_default_partition_is_told_of_and_gets_a_partition_without_being_moved():
    stray = told(timezone.now() + YEAR)
    assert partitions.events_in_default() == 1
    assert "Events lie in the default partition" in verified()
    assert partitions.make()
    assert partitions.events_in_default() == 0
    assert Event.objects.get(pk=stray.pk).at == stray.at
    assert "default" not in lies_in(stray)
    assert "Everything fits." in verified()
    assert lies_in(told(timezone.now() + 3 * YEAR)) == "audit_event_default"


def test_too_few_months_ahead_are_told_of(monkeypatch):
    assert "Everything fits." in verified()
    later = partitions.end() - timedelta(days=45)
    monkeypatch.setattr("brik.audit.partitions.timezone.now", lambda: later)
    assert partitions.months_ahead() == 1
    assert "too few partitions ahead" in verified()


@pytest.mark.parametrize("months", [0, 1, 13])
def test_the_month_after_is_right_across_the_year(months):
    found = partitions._month_after(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), months)
    assert (
        found
        == {
            0: datetime(2026, 12, 1, tzinfo=UTC),
            1: datetime(2027, 1, 1, tzinfo=UTC),
            13: datetime(2028, 1, 1, tzinfo=UTC),
        }[months]
    )


def test_no_partition_old_or_new_is_reached_by_the_application_or_changed_by_anybody():
    told(timezone.now() + YEAR)
    partitions.make(15)
    log.record(Verb.LOGIN, by=BY)
    told(timezone.now() - YEAR)
    told(timezone.now() + 3 * YEAR)
    for name in names():
        with connection.cursor() as cursor:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [settings.APPLICATION_ROLE, name, right])
                assert cursor.fetchone() == (False,), (name, right)
            cursor.execute(f"SELECT count(*) FROM {name}")
            filled = cursor.fetchone()[0]
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgfoid = 'brik_append_only'::regproc",
                [name],
            )
            assert cursor.fetchone() == (2,), name
        for change in ("UPDATE {} SET actor = 'x'", "DELETE FROM {}") if filled else ():
            with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
                connection.cursor().execute(change.format(name))
