"""A destroyed data key is gone once every wrapping key that was there then is destroyed, and every copy of it."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault import keys
from brik.vault.custody import actions, backup
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases
from brik.vault.custody.owed import owed
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.custody.surviving_keys import SurvivingKeys
from brik.vault.models import PERSON, Key
from tests import situations
from tests.moments.clock import Clock

pytestmark = pytest.mark.django_db
BY = Process("test")


@pytest.fixture(autouse=True)
def quick_guesses(monkeypatch):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def custodians(empty_keeper, tmp_path):
    return Custodians(Passphrases("den første forvalteren", "den andre forvalteren"), tmp_path / "backup")


@pytest.fixture
def first(custodians):
    return actions.create(custodians, by=BY)


def a_key() -> Key:
    """The data key of somebody, made now."""
    subject = uuid4()
    keys.key_for_sealing(keys.of_person(subject))
    return Key.objects.get(keeping=PERSON, subject=subject)


def destroy(key):
    key.wrapped, key.destroyed_at = b"", timezone.now()
    key.save(update_fields=["wrapped", "destroyed_at"])


def end(key_id, custodians):
    """The wrapping key is destroyed. No data key lives that it wraps."""
    actions.retire(key_id, custodians=custodians, by=BY)
    actions.destroy(key_id, custodians=custodians, by=BY)


def debts():
    return [(debt.key.key_id, debt.data_keys) for debt in owed()]


def printed(*args):
    out = StringIO()
    try:
        call_command("owed_erasures", *args, stdout=out)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def test_nothing_is_owed_while_nothing_is_destroyed(first):
    a_key()
    assert owed() == []
    said, error = printed()
    assert "Nothing is owed" in said
    assert error is None


def test_it_is_owed_until_the_wrapping_key_and_its_copies_are_gone(first, custodians, clock):
    destroy(a_key())
    assert debts() == [(first, 1)]
    clock.go_on(1)
    actions.create(custodians, by=BY)
    clock.go_on(1)
    assert debts() == [(first, 1)]
    end(first, custodians)
    assert debts() == [(first, 1)]
    actions.copies_destroyed(first, custodians=custodians, by=BY)
    assert debts() == []


def test_a_wrapping_key_that_came_later_owes_nothing_and_one_that_was_there_does(first, custodians, clock):
    key = a_key()
    clock.go_on(1)
    second = actions.create(custodians, by=BY)
    clock.go_on(1)
    destroy(key)
    clock.go_on(1)
    actions.create(custodians, by=BY)
    assert {key_id for key_id, _ in debts()} == {first, second}


def test_a_data_key_that_came_later_asks_nothing_of_a_wrapping_key_that_was_gone(first, custodians, clock):
    clock.go_on(1)
    second = actions.create(custodians, by=BY)
    clock.go_on(1)
    end(first, custodians)
    clock.go_on(1)
    destroy(a_key())
    assert debts() == [(second, 1)]


def test_an_event_that_was_not_written_here_makes_no_wrapping_key_younger(first, custodians, clock):
    destroy(a_key())
    event = Event.objects.get(verb=Verb.WRAPPING_KEY_CHANGED)
    with situations.triggers_off():
        Event.objects.filter(pk=event.pk).update(at=timezone.now() + timedelta(hours=1))
    assert debts() == [(first, 1)]


def test_only_both_custodians_say_that_no_copy_is_left_and_only_of_a_destroyed_key(first, custodians, clock):
    destroy(a_key())
    with pytest.raises(CustodyRefused, match="is not destroyed"):
        actions.copies_destroyed(first, custodians=custodians, by=BY)
    clock.go_on(1)
    actions.create(custodians, by=BY)
    clock.go_on(1)
    end(first, custodians)
    wrong = Custodians(Passphrases("den første forvalteren", "noe helt annet enn det"), custodians.backup)
    with pytest.raises(CustodyRefused, match="do not open the backup together"):
        actions.copies_destroyed(first, custodians=wrong, by=BY)
    assert debts() == [(first, 1)]


def test_a_backup_that_still_holds_the_key_is_not_taken_for_none(first, custodians, clock):
    destroy(a_key())
    clock.go_on(1)
    actions.create(custodians, by=BY)
    clock.go_on(1)
    actions.retire(first, custodians=custodians, by=BY)
    older = custodians.backup.read_bytes()
    actions.destroy(first, custodians=custodians, by=BY)
    custodians.backup.write_bytes(older)
    with pytest.raises(CustodyRefused, match="still holds the wrapping key"):
        actions.copies_destroyed(first, custodians=custodians, by=BY)


def test_the_command_says_what_to_do_and_ends_with_1_when_it_is_overdue(first, custodians, clock, settings):
    destroy(a_key())
    said, error = printed()
    assert f"{first} current: opens what survives of 1 destroyed data keys" in said
    assert error is None
    clock.go_on(24 * settings.ERASURE_DAYS + 1)
    said, error = printed()
    assert f"wrapping_key destroy {first}" in said
    assert error.returncode == 1
    log.record(Verb.WRAPPING_KEY_CHANGED, by=BY, reason=Reason.COPIES_DESTROYED, about=first)
    assert printed()[1].returncode == 1  # said of a key that lives


@pytest.mark.parametrize(
    "form", [bytes, lambda row: b"COPY x\n" + row[:16].hex().encode() + b"\t\\\\x" + row[16:].hex().encode()]
)
def test_what_survives_of_a_destroyed_key_is_found_and_opened(first, custodians, clock, form):
    key = a_key()
    other, row = a_key(), key.subject.bytes + b"\x7f" + bytes(key.wrapped)
    content = b"\x01" * 300 + (form(row) if form is bytes else form(key.subject.bytes + bytes(key.wrapped))) + b"\x00"
    destroy(key)
    assert [*SurvivingKeys([(PERSON, key.subject)]).opened_in(content)] == [first]
    assert [*SurvivingKeys([(PERSON, other.subject)]).opened_in(content)] == []
    clock.go_on(1)
    actions.create(custodians, by=BY)
    clock.go_on(1)
    destroy(other)
    actions.retire(first, custodians=custodians, by=BY)
    # Retired, it can be restored.
    assert [*SurvivingKeys([(PERSON, key.subject)]).opened_in(content)] == [first]
    actions.destroy(first, custodians=custodians, by=BY)
    assert [*SurvivingKeys([(PERSON, key.subject)]).opened_in(content)] == []
