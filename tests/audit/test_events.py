"""The log can be added to and read; nothing else, whoever asks."""

import ast
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from brik.audit import known_verbs, log
from brik.audit.actors import Nobody, Process
from brik.audit.models import ALARMS, Event
from brik.audit.verbs import Verb
from tests import sessions, situations

pytestmark = [pytest.mark.django_db]
BY = Process("test")
# No verbs of the list, so no type would let them pass.
GOSSIP: Any = "person.gossiped_about"
GREETING: Any = "person.greeted"
CHANGES = {
    "update": "UPDATE audit_event SET actor = 'noen andre'",
    "delete": "DELETE FROM audit_event",
}


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def as_application():
    """Work as the role the application works as."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_not_even_the_owner_changes_or_removes_an_event(change):
    event = log.record(Verb.LOGIN, by=BY)
    with pytest.raises(ProgrammingError, match="append-only"):
        run(change)
    assert Event.objects.get().actor == event.actor


@pytest.mark.parametrize("change", [*CHANGES.values(), "TRUNCATE audit_event"], ids=[*CHANGES, "truncate"])
def test_the_application_may_neither_change_remove_nor_empty_the_log(as_application, change):
    log.record(Verb.LOGIN, by=BY)
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(change)
    assert Event.objects.count() == 1


def test_the_application_owns_no_table_and_can_make_none(as_application):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'USAGE')")
        assert cursor.fetchone() == (0,)
    with pytest.raises(ProgrammingError):
        run("CREATE TABLE smuggled (id int)")
    with pytest.raises(ProgrammingError):
        run("ALTER TABLE audit_event DISABLE TRIGGER ALL")


def test_the_application_reads_and_writes_every_other_table(as_application):
    someone = situations.a_person()
    someone.identity = {"given": "Ny"}
    someone.save()
    log.record(Verb.PERSON_CHANGED, by=BY, obj=someone)


def test_the_log_is_emptied_by_its_owner_in_a_test_database_only():
    log.record(Verb.LOGIN, by=BY)
    run("TRUNCATE audit_event")
    assert not Event.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'brik_owner_of_a_test'")
        assert "current_database() LIKE 'test" in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_in_a_database_that_is_not_a_test_not_even_the_owner_empties_the_log():
    log.record(Verb.LOGIN, by=BY)
    name = connection.settings_dict["NAME"]
    other = name.replace("test_", "real_", 1)
    rename = 'ALTER DATABASE "{}" RENAME TO "{}"'
    sessions.end_others()
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(rename.format(name, other))
    try:
        connection.settings_dict["NAME"] = other
        with pytest.raises(DatabaseError, match="append-only"):
            run("TRUNCATE audit_event")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection._nodb_cursor() as cursor:
            cursor.execute(rename.format(other, name))
    assert Event.objects.count() == 1


def test_a_verb_that_is_not_on_the_list_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="event_verb_is_known"):
        log.record(GOSSIP, by=BY)


def test_a_new_verb_needs_no_migration():
    """``migrate`` writes the list of codes anew; no migration names a code or a label, but of what has an index."""
    assert not known_verbs.update()
    assert known_verbs.update([*Verb.values, GREETING])
    Event.objects.create(verb=GREETING, actor="test")
    with pytest.raises(IntegrityError, match="event_verb_is_known"), transaction.atomic():
        log.record(GOSSIP, by=BY)
    assert known_verbs.update(), "rows from before do not hinder a shorter list"
    with pytest.raises(IntegrityError, match="event_verb_is_known"), transaction.atomic():
        log.record(GREETING, by=BY)
    migrations = Path(settings.BASE_DIR, "brik/audit/migrations").glob("*.py")
    written = "".join(path.read_text() for path in migrations)
    assert not any(verb.value in written or str(verb.label) in written for verb in Verb if verb not in ALARMS)


def test_migrate_itself_writes_the_verbs_that_the_database_lacks():
    known_verbs.update(["session.login"])
    with pytest.raises(IntegrityError, match="event_verb_is_known"), transaction.atomic():
        log.record(Verb.LOGOUT, by=BY)
    call_command("migrate", verbosity=0)
    log.record(Verb.LOGOUT, by=BY)


def test_an_event_goes_with_the_transaction_it_was_written_in():
    with transaction.atomic():
        log.record(Verb.LOGIN, by=BY)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_an_event_says_who_what_to_whom_and_at_which_version():
    mapper, someone = situations.an_account(), situations.a_person()
    log.record(Verb.PERSON_CHANGED, by=mapper, subject=someone.pk, obj=someone, reason="correction", term_hash=b"x")
    event = Event.objects.last()
    assert (event.verb, event.actor, event.subject) == ("person.changed", mapper.actor_id, someone.pk)
    assert (event.object_name, event.object_id) == ("person", str(someone.pk))
    assert (event.row_version, event.reason, bytes(event.term_hash)) == (1, "correction", b"x")
    assert event.role
    assert event.unit


def test_someone_who_has_not_signed_in_is_recorded_as_nobody():
    log.record(Verb.LOGIN_FAILED, by=Nobody())
    event = Event.objects.get()
    assert (event.actor, event.object_name, event.row_version) == ("nobody", "", None)


def test_an_event_outlives_what_it_tells_of():
    closed = situations.a_unit("Nedlagt fengsel")
    log.record(Verb.ADMINISTERED, by=BY, obj=closed)
    named = str(closed.pk)
    closed.delete()
    assert Event.objects.last().object_id == named
    assert not any(field.is_relation for field in Event._meta.get_fields())


def test_the_latest_version_is_the_highest_an_event_tells_of():
    someone, other = situations.a_person(), situations.a_person()
    for version in (1, 3, 2):
        someone.row_version = version
        log.record(Verb.PERSON_CHANGED, by=BY, obj=someone)
    log.record(Verb.PERSON_CHANGED, by=BY, obj=other)
    assert log.latest_row_versions("person").items() >= {str(someone.pk): 3, str(other.pk): 1}.items()
    assert log.latest_row_versions("person", [str(someone.pk)]) == {str(someone.pk): 3}
    assert log.latest_row_versions("person", [str(uuid4())]) == {}


def test_every_verb_has_its_own_code_and_words():
    assert len(set(Verb.values)) == len(Verb)
    assert len(set(Verb.labels)) == len(Verb)
    assert all(len(verb) <= 40 and verb.count(".") == 1 for verb in Verb.values)


def test_no_room_deletes_or_updates_events_in_code():
    """The database would refuse it; the code does not even try."""
    for path in Path(settings.BASE_DIR).glob("brik/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"update", "delete"}:
                assert "Event.objects" not in ast.unparse(node), path
