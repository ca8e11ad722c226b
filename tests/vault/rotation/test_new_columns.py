"""A sealed column that is newer than some rows is filled with proofs that they hold nothing; a removed value is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations import AddField, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.vault.fields import SealedField
from brik.vault.rotation.counts import RotationRefused
from brik.vault.rotation.new_columns import fill_column, fill_rows_before
from brik.vault.sealing import SealBroken
from tests import situations
from tests.vault.rotation import key_changes

pytestmark = pytest.mark.django_db
BY = Process("test")
TABLES = [Person, Person.history.model]


def as_if_newer():
    """The column as a migration has added it: NULL in every row, and the constraint for later rows only."""
    with situations.triggers_off(), connection.cursor() as cursor:
        for table in ("people_person", "people_historicalperson"):
            cursor.execute(f"UPDATE {table} SET protection = NULL WHERE row_version > 0")


@pytest.fixture
def person(unguarded):
    return situations.a_person()


class Newer(Migration):
    """As if the column had come with this one."""

    operations = [AddField("person", "protection", SealedField(null=True))]
    dependencies = [("people", "0001_initial")]


def added(hours):
    return timezone.now() + timedelta(hours=hours)


def test_rows_from_before_prove_afterwards_that_they_hold_nothing(person):
    situations.a_person()
    as_if_newer()
    with pytest.raises(SealBroken):
        _ = Person.objects.get(pk=person.pk).protection
    count = fill_rows_before(TABLES, "protection", added(1), by=BY)
    assert count.is_proved
    assert count.written == count.seen
    assert Person.objects.get(pk=person.pk).protection is None
    assert Person.history.filter(uuid=person.pk).first().protection is None
    assert key_changes.everything_fits()
    assert Event.objects.filter(verb=Verb.ROW_RESEALED, object_id=str(person.pk)).count() == 1


def test_a_value_that_was_taken_away_after_the_column_came_is_named_and_not_proved_empty(person):
    as_if_newer()
    count = fill_rows_before(TABLES, "protection", added(-1), by=BY)
    assert not count.is_proved
    assert count.written == 0
    assert f"person {person.pk}: it was sealed with the column, and its value was taken away" in count.broken
    with pytest.raises(SealBroken):
        _ = Person.objects.get(pk=person.pk).protection


def test_a_second_run_has_nothing_to_do(person):
    as_if_newer()
    fill_rows_before(TABLES, "protection", added(1), by=BY)
    again = fill_rows_before(TABLES, "protection", added(1), by=BY)
    assert again.is_proved
    assert again.written == 0


def test_when_a_column_came_stands_in_the_migrations(person, monkeypatch):
    as_if_newer()
    with pytest.raises(RotationRefused, match="has been there from the beginning"):
        fill_column("person", "protection", by=BY)
    load = MigrationLoader.load_disk

    def load_with_one_more(loader):
        load(loader)
        loader.disk_migrations["people", "0099_protection"] = Newer("0099_protection", "people")

    monkeypatch.setattr(MigrationLoader, "load_disk", load_with_one_more)
    MigrationRecorder(connection).record_applied("people", "0099_protection")
    assert fill_column("person", "protection", by=BY).is_proved


@pytest.mark.parametrize("named", [("person", "legal_name"), ("person", "row_version"), ("ingen", "identity")])
def test_what_is_no_sealed_column_is_refused(named, person):
    with pytest.raises(RotationRefused, match="has no sealed column"):
        fill_column(*named, by=BY)
