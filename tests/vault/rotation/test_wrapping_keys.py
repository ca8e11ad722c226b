"""Every data key is wrapped by the current wrapping key, batch by batch, and what was wrapped before is proved."""

import pytest
from django.db import connection
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.vault.codes.coded_models import proved
from brik.vault.custody import actions, backup
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import INTERVIEW, Key
from brik.vault.rotation import wrapping_keys
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.rotation.wrapping_keys import rewrap
from tests import situations
from tests.moments.clock import Clock
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed

pytestmark = pytest.mark.django_db
BY = Process("test")


def wrapped_by():
    return set(Key.objects.filter(destroyed_at=None).values_list("key_id", flat=True))


def test_all_keys_are_wrapped_by_the_new_one_and_everything_opens(mapping):
    with key_changes.keys_as_before():
        current = key_changes.new_wrapping_key()
        count = rewrap(by=BY)
        assert wrapped_by() == {current}
        assert (count.seen, count.written, count.verified) == (Key.objects.count(),) * 3
        assert count.is_proved
        assert proved(Key.objects.all())
        assert key_changes.everything_fits()
        assert Event.objects.filter(verb=Verb.KEYS_ROTATED, about__contains=current).count() == 1


def test_a_second_run_writes_nothing_and_proves_the_same(mapping):
    with key_changes.keys_as_before():
        key_changes.new_wrapping_key()
        first, second = rewrap(by=BY), rewrap(by=BY)
        assert second.written == 0
        assert second.seen == second.verified == first.seen
        assert Event.objects.filter(verb=Verb.KEYS_ROTATED).count() == 1


def test_what_an_interrupted_run_has_done_stays_and_the_next_goes_on(mapping, monkeypatch):
    monkeypatch.setattr(wrapping_keys, "BATCH", 2)

    def kill(done, of):
        if done == 4:
            raise Killed

    with key_changes.keys_as_before():
        current = key_changes.new_wrapping_key()
        with pytest.raises(Killed):
            rewrap(by=BY, report=kill)
        assert Key.objects.filter(key_id=current).count() == 4
        assert key_changes.everything_fits()
        count = rewrap(by=BY)
        assert (count.written, count.verified) == (count.seen - 4, count.seen)
        assert count.is_proved


@pytest.mark.parametrize(
    "forgery",
    [{"wrapped": b"x" * 61}, {"person": None}, {"key_id": "en annen"}, {"destroyed_at": timezone.now()}],
    ids=lambda forgery: next(iter(forgery)),
)
def test_a_key_that_was_changed_past_us_is_left_as_it_is_and_named(mapping, forgery):
    key = Key.objects.get(keeping=INTERVIEW, subject=mapping.pk)
    if forgery == {"person": None}:
        forgery = {"person": Person.objects.exclude(pk=key.person).first().pk}
    with key_changes.keys_as_before():
        key_changes.new_wrapping_key()
        situations.forge(key, **forgery)
        before = Key.objects.filter(pk=key.pk).values().get()
        count = rewrap(by=BY)
        assert Key.objects.filter(pk=key.pk).values().get() == before
        assert not count.is_proved
        assert [name.split(":")[0] for name in count.broken] == [f"interview {mapping.pk}"]
        assert count.verified == count.seen - 1


def test_a_destroyed_key_stays_destroyed(mapping):
    Key.objects.filter(subject=mapping.pk).change(destroyed_at=timezone.now(), wrapped=b"")
    with key_changes.keys_as_before():
        key_changes.new_wrapping_key()
        count = rewrap(by=BY)
        assert count.is_proved
        assert count.seen == Key.objects.count() - 1
        assert bytes(Key.objects.get(subject=mapping.pk).wrapped) == b""


@pytest.fixture
def custodians(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    return Custodians(Passphrases("den første forvalteren", "den andre forvalteren"), tmp_path / "backup")


def test_an_old_wrapping_key_is_destroyed_after_the_rotation_and_not_before(empty_keeper, custodians, monkeypatch):
    clock = Clock(monkeypatch)
    first = actions.create(custodians, by=BY)
    person = situations.a_person(family="Bevart")
    actions.create(custodians, by=BY)
    clock.go_on(1)
    with pytest.raises(CustodyRefused, match="data keys are wrapped by"):
        actions.retire(first, custodians=custodians, by=BY)
    assert rewrap(by=BY).is_proved
    actions.retire(first, custodians=custodians, by=BY)
    actions.destroy(first, custodians=custodians, by=BY)
    assert Person.objects.get(pk=person.pk).identity.open() == person.identity.open()


def test_a_key_that_only_says_it_is_destroyed_keeps_its_wrapping_key(empty_keeper, custodians, monkeypatch):
    """Else whoever may write rows could have the keys of living people destroyed with the wrapping key."""
    clock = Clock(monkeypatch)
    first = actions.create(custodians, by=BY)
    person = situations.a_person()
    actions.create(custodians, by=BY)
    clock.go_on(1)
    situations.forge(Key.objects.filter(subject=person.pk), destroyed_at=timezone.now())
    assert not rewrap(by=BY).is_proved
    with pytest.raises(CustodyRefused, match="1 data keys are wrapped by"):
        actions.retire(first, custodians=custodians, by=BY)


def test_the_role_that_rotates_changes_nothing_else(mapping):
    with rotation_role(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("brik_rotate",)
    assert Mapping.objects.filter(pk=mapping.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone() == (True,)
