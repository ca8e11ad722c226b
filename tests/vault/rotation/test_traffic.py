"""A save while a key is being replaced is neither lost nor sealed under the key that goes. Two connections."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from brik.audit.actors import Process
from brik.people.models import Person
from brik.vault import keys
from brik.vault.models import PERSON, Key
from brik.vault.rotation import open_transactions
from brik.vault.rotation.data_keys import replace_key
from tests import situations

pytestmark = pytest.mark.django_db(transaction=True)
BY = Process("test")


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(open_transactions, "SECONDS_BETWEEN_LOOKS", 0.01)


@contextmanager
def rotating(person, waits):
    """The rotation of somebody's key in a thread, with a connection of its own. ``waits`` is set when it has to wait."""
    counts = []

    def rotate():
        try:
            counts.append(
                replace_key(PERSON, person.pk, by=BY, seconds_for_readers=0, waiting=lambda left: waits.set())
            )
        finally:
            connection.close()

    thread = threading.Thread(target=rotate)
    thread.start()
    try:
        yield counts
    finally:
        thread.join(60)
    assert counts[0].is_proved


def test_a_save_that_has_read_the_old_key_is_waited_for_and_then_sealed_anew():
    person, waits = situations.a_person(), threading.Event()
    with keys.ring(), transaction.atomic():
        found = Person.objects.get(pk=person.pk)
        found.identity.open()
        with_old = Key.objects.get(keeping=PERSON, subject=person.pk)
        thread = rotating(person, waits)
        counts = thread.__enter__()
        assert waits.wait(30)
        found.protection = {"note": "lagret imens"}
        found.save(update_fields=["protection"])
        assert counts == []
    thread.__exit__(None, None, None)
    after = Key.objects.get(keeping=PERSON, subject=person.pk)
    assert bytes(after.wrapped) != bytes(with_old.wrapped)
    assert bytes(after.before) == b""
    assert Person.objects.get(pk=person.pk).protection.open() == {"note": "lagret imens"}


def test_a_request_that_read_the_key_before_the_rotation_seals_with_the_new_one_after_it():
    """Its ring is older than the rotation, its transaction is not."""
    person = situations.a_person()
    with keys.ring():
        with transaction.atomic():
            found = Person.objects.get(pk=person.pk)
            found.identity.open()
        with rotating(person, threading.Event()):
            pass
        found = Person.objects.get(pk=person.pk)
        found.protection = {"note": "lagret etterpå"}
        found.save(update_fields=["protection"])
    assert Person.objects.get(pk=person.pk).protection.open() == {"note": "lagret etterpå"}


def test_saves_all_the_while_are_all_there_and_nothing_is_under_an_old_key():
    person, done = situations.a_person(), threading.Event()
    saved: list[int] = []
    errors: list[BaseException] = []

    def save():
        try:
            while not done.is_set():
                with keys.ring(), transaction.atomic():
                    found = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
                    found.identity.open()
                    found.protection = {"note": str(len(saved))}
                    found.save(update_fields=["protection"])
                saved.append(len(saved))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=save)
    thread.start()
    try:
        for _ in range(5):
            assert replace_key(PERSON, person.pk, by=BY, seconds_for_readers=0.05).is_proved
    finally:
        done.set()
        thread.join(60)
    assert errors == []
    assert Person.objects.get(pk=person.pk).protection.open() == {"note": str(saved[-1])}
    assert Person.objects.get(pk=person.pk).identity.open()
    assert {bytes(before) for before in Key.objects.values_list("before", flat=True)} == {b""}


def test_a_transaction_that_began_later_is_not_waited_for():
    person, begun, release = situations.a_person(), threading.Event(), threading.Event()

    def later(left):
        raise AssertionError(f"{left} transactions waited for")

    def hold():
        with transaction.atomic():
            Person.objects.exists()
            begun.set()
            release.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    with transaction.atomic():
        first = open_transactions._open()
        thread.start()
        assert begun.wait(30)
        assert not first & open_transactions._open()
    release.set()
    thread.join(30)
    assert replace_key(PERSON, person.pk, by=BY, seconds_for_readers=0, waiting=later).is_proved
