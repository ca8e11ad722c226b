"""Data keys: one per person, made once, opened few times, gone when destroyed."""

import os
import stat
import threading
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.vault import keys
from brik.vault.models import Key
from brik.vault.providers.files_provider import FileModule, create_keys
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_files import read, write_once
from brik.vault.sealing import SealBroken, Shredded
from tests import situations


@pytest.mark.django_db
def test_the_names_of_a_unit_are_opened_with_two_queries_and_one_open_provider(django_assert_num_queries):
    for _ in range(12):
        situations.a_person()
    with keys.ring(), django_assert_num_queries(2):
        assert len({someone.name for someone in Person.objects.all().with_keys()}) == 12


@pytest.mark.django_db
def test_many_new_keys_are_made_with_few_queries(django_assert_max_num_queries):
    with keys.ring(), django_assert_max_num_queries(9):
        Person.objects.bulk_create([Person(identity={"given": str(n)}) for n in range(20)])


@pytest.mark.django_db
def test_the_ring_forgets_everything_at_its_end(django_assert_num_queries):
    someone = situations.a_person()
    with keys.ring():
        keys.key_for(keys.of_person(someone.pk))
        with django_assert_num_queries(0):
            keys.key_for(keys.of_person(someone.pk))
    with django_assert_num_queries(1):
        keys.key_for(keys.of_person(someone.pk))


@pytest.mark.django_db
def test_a_destroyed_key_neither_opens_nor_seals_and_is_not_made_anew():
    someone = situations.a_person()
    Key.objects.change(destroyed_at=timezone.now(), wrapped=b"")
    found = Person.objects.get(pk=someone.pk)
    with pytest.raises(SealBroken):
        found.identity.open()
    with pytest.raises(SealBroken):
        found.history.first().identity.open()
    found.identity = {"given": "Igjen"}
    with pytest.raises(SealBroken):
        found.save()
    assert Key.objects.count() == 1


@pytest.mark.django_db
def test_for_somebody_whose_key_was_destroyed_no_other_is_made():
    someone = situations.a_person()
    situations.destroy_keys(Key.objects.all())
    with pytest.raises(Shredded):
        keys.key_for_sealing(keys.of_person(someone.pk))
    assert Key.objects.get().destroyed_at is not None


def the_key_is_gone(person):
    """It does not open, and nobody is told that it was erased."""
    with pytest.raises(SealBroken) as broken:
        keys.key_for(keys.of_person(person.pk))
    assert not isinstance(broken.value, Shredded)


@pytest.mark.django_db
@pytest.mark.parametrize("ring", [False, True])
def test_a_key_that_was_marked_as_destroyed_past_us_is_not_called_destroyed(ring):
    """Nor where an event was written too that says so: the row has not the code of a destroyed one."""
    someone = situations.a_person()
    key = Key.objects.get()
    situations.forge(key, destroyed_at=timezone.now())
    situations.forged(Event(verb=Verb.KEY_DESTROYED, actor="x", object_name=Key.RECORD_NAME, object_id=str(key.pk)))
    with keys.ring() if ring else nullcontext():
        keys.preload([someone.pk])
        the_key_is_gone(someone)
        the_key_is_gone(someone)


@pytest.mark.django_db
def test_a_key_that_no_event_calls_destroyed_is_not_called_destroyed():
    someone = situations.a_person()
    situations.destroy_keys(Key.objects.all(), event=False)
    the_key_is_gone(someone)


@pytest.mark.django_db
def test_whether_keys_were_destroyed_is_asked_once_and_of_living_ones_never(django_assert_num_queries):
    people = [situations.a_person() for _ in range(3)]
    gone = [keys.of_person(person.pk) for person in people[:2]]
    situations.destroy_keys(Key.objects.filter(person__in=[name.person for name in gone]))
    with keys.ring():
        with django_assert_num_queries(1):
            keys.preload(person.pk for person in people)
            keys.key_for(keys.of_person(people[2].pk))
        with django_assert_num_queries(1):
            for name in [*gone, *gone]:
                with pytest.raises(Shredded):
                    keys.key_for(name)


@pytest.mark.django_db(transaction=True)
def test_a_key_from_an_undone_transaction_never_seals_again():
    subject = uuid4()
    with keys.ring():
        with transaction.atomic():
            Person(uuid=subject, identity={"given": "Angret"}).save()
            transaction.set_rollback(True)
        assert not Person.objects.exists()
        Person(uuid=subject, identity={"given": "Lagret"}).save()
    assert Person.objects.get(pk=subject).identity.open() == {"given": "Lagret"}


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_first_for_the_same_person_use_one_key():
    subject, ready, sealed = uuid4(), threading.Barrier(4), []

    def seal_first():
        try:
            ready.wait()
            with keys.ring():
                keys.key_for_sealing(keys.of_person(subject))
                sealed.append(keys.key_for_sealing(keys.of_person(subject)).encrypt(bytes(12), b"same", None))
        finally:
            connection.close()

    threads = [threading.Thread(target=seal_first) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sealed) == 4
    assert len(set(sealed)) == 1


@pytest.mark.django_db
def test_a_look_up_hash_differs_by_purpose_and_by_value():
    hashes = {keys.lookup_hash(purpose, value) for purpose in ("fnr", "søk") for value in ("1", "2")}
    assert len(hashes) == 4
    assert keys.lookup_hash("fnr", "1") in hashes


def test_new_keys_are_for_their_owner_only(tmp_path):
    folder = tmp_path / "keys"
    assert create_keys(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 7


def test_keys_that_are_there_are_never_overwritten(tmp_path):
    create_keys(tmp_path / "keys")
    before = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert not create_keys(tmp_path / "keys")
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == before


@pytest.mark.parametrize("name", ["installation.sealed", "lookup.sealed", "code.sealed", "module.key"])
def test_a_key_file_open_to_others_stops_the_start(name, tmp_path):
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="0600"):
        read_contents(FileModule(tmp_path / "keys"))


def test_a_key_folder_open_to_others_stops_the_start(tmp_path):
    create_keys(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o750)
    with pytest.raises(ImproperlyConfigured, match="0700"):
        read_contents(FileModule(tmp_path / "keys"))


def test_missing_keys_stop_the_start_with_what_to_do(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="create_keys"):
        read_contents(FileModule(tmp_path))


def test_a_key_file_is_made_once_even_by_many_at_once(tmp_path):
    ready, seen = threading.Barrier(8), []

    def make():
        ready.wait()
        seen.append(write_once(tmp_path / "secret", lambda: os.urandom(32)))

    tmp_path.chmod(0o700)
    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {read(tmp_path / "secret")}
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_keys_that_cannot_be_made_are_refused_with_one_sentence():
    with pytest.raises(ImproperlyConfigured, match="cannot be made"):
        create_keys(Path("/proc/brik-keys"))
