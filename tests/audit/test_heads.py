"""Where each row stands is kept by the log itself, for one look-up instead of a walk through the events."""

import threading
from hashlib import sha256
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event, Head
from brik.audit.verbs import Verb
from tests import situations

BY = Process("test")
CHANGES = {
    "insert": "INSERT INTO audit_head VALUES ('person', 'x', 9, '')",
    "update": "UPDATE audit_head SET row_version = 9",
    "delete": "DELETE FROM audit_head",
    "truncate": "TRUNCATE audit_head",
}


def told(someone, version):
    someone.row_version = version
    return log.record(Verb.PERSON_CHANGED, by=BY, obj=someone)


@pytest.fixture
def someone(db):
    found = situations.a_person()
    told(found, 1)
    return found


def head(someone):
    return Head.objects.get(object_name="person", object_id=str(someone.pk))


def test_a_head_is_the_highest_version_told_of_and_never_falls(someone):
    for version, highest in ((3, 3), (2, 3), (4, 4), (4, 4)):
        told(someone, version)
        assert head(someone).row_version == highest
    assert Head.objects.filter(object_id=str(someone.pk)).count() == 1


def test_a_head_has_the_hash_of_the_event_that_first_told_of_its_version(someone):
    first = told(someone, 2)
    told(someone, 2)
    seconds = f"{int(first.at.timestamp())}.{first.at.microsecond:06}"
    parts = ["person", str(someone.pk), "2", seconds, "person.changed"]
    assert head(someone).sha256 == sha256("|".join(parts).encode()).hexdigest()


def test_an_event_without_a_version_leaves_no_head(db):
    log.record(Verb.ADMINISTERED, by=BY, obj=situations.a_unit())
    assert not Head.objects.filter(object_name="unit").exists()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_application_reads_heads_and_changes_none(someone, change):
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")
    try:
        told(someone, 2)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(change)
        assert head(someone).row_version == 2
    finally:
        connection.cursor().execute("RESET ROLE")


@pytest.mark.parametrize("change", list(CHANGES.values())[:3], ids=list(CHANGES)[:3])
def test_not_even_the_owner_changes_a_head_but_by_an_event(someone, change):
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change)
    assert head(someone).row_version == 1


@pytest.mark.parametrize(
    "change", ["UPDATE audit_head SET row_version = 1", "UPDATE audit_head SET sha256 = ''", "DELETE FROM audit_head"]
)
def test_a_head_changed_past_its_triggers_is_found(someone, change):
    told(someone, 2)
    assert log.unproven_heads() == 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER ALL")
        cursor.execute(f"{change} WHERE object_id = %s", [str(someone.pk)])
    assert log.unproven_heads() > 0
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out)
    assert "rows without an event that proves them" in out.getvalue()


def test_the_application_cannot_put_the_trigger_on_a_table_of_its_own(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege(%s, 'audit_keep_head()', 'EXECUTE')", [settings.APPLICATION_ROLE])
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'audit_keep_head'")
        assert cursor.fetchone() == (True, ["search_path=pg_catalog, pg_temp"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_of_two_events_at_once_the_higher_version_stays(order):
    """The second waits for the first to be committed, whichever is the higher."""
    someone = situations.a_person()
    first, second = order
    written = threading.Event()

    def later():
        written.wait(10)
        try:
            told(someone, second)
        finally:
            connection.close()

    thread = threading.Thread(target=later)
    thread.start()
    with transaction.atomic():
        told(someone, first)
        written.set()
        thread.join(0.5)
    thread.join(10)
    assert head(someone).row_version == 3
    assert Event.objects.filter(object_name="person", object_id=str(someone.pk), row_version__gt=1).count() == 2


@pytest.mark.django_db(transaction=True)
def test_telling_of_a_known_version_waits_for_nobody():
    someone = situations.a_person()
    told(someone, 1)
    done = threading.Event()

    def read():
        try:
            told(someone, 1)
            done.set()
        finally:
            connection.close()

    with transaction.atomic():
        told(someone, 1)
        thread = threading.Thread(target=read)
        thread.start()
        assert done.wait(10)
    thread.join()
