"""The key of codes is exchanged: both prove until every row is coded anew, then the older one is dropped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.models import Organisation, Unit
from brik.vault.codes.coded_models import proved
from brik.vault.codes.row_codes import CodeBroken, coding_before, coding_of
from brik.vault.custody import actions, backup
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases, read_backup
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import Key
from brik.vault.providers.key_contents import read_contents, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import forget, provider
from brik.vault.rotation import code_keys
from brik.vault.rotation.code_keys import recode
from brik.vault.rotation.counts import RotationRefused
from tests import situations
from tests.moments.clock import Clock
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed

pytestmark = pytest.mark.django_db
BY = Process("test")


@pytest.fixture(autouse=True)
def own_keys():
    with key_changes.keys_as_before():
        yield


def test_every_code_is_written_anew_and_fits_the_new_key_alone(mapping):
    key_changes.new_code_key()
    assert key_changes.everything_fits()
    count = recode(by=BY)
    assert count.is_proved
    assert count.written > 20
    key_changes.drop_code_key()
    assert key_changes.everything_fits()
    assert proved(Key.objects.all())


def test_without_the_rotation_the_older_codes_prove_nothing_when_it_is_dropped(mapping):
    key_changes.new_code_key()
    key_changes.drop_code_key()
    with pytest.raises(CodeBroken):
        proved(Key.objects.all())


def test_a_row_that_is_saved_meanwhile_is_coded_with_the_new_key(mapping):
    key_changes.new_code_key()
    unit = situations.a_unit("Nytt fengsel")
    organisation = Organisation.objects.first()
    organisation.save()
    for row in (Unit.objects.get(pk=unit.pk), Organisation.objects.get(pk=organisation.pk)):
        assert bytes(row.code) == coding_of(type(row)).code_of(row.__dict__)
        assert bytes(row.code) != coding_before(type(row)).code_of(row.__dict__)


def test_a_row_that_was_changed_past_us_is_never_coded_anew(mapping):
    key_changes.new_code_key()
    unit = Unit.objects.first()
    situations.forge(unit, name="Et annet fengsel")
    code = bytes(Unit.objects.get(pk=unit.pk).code)
    count = recode(by=BY)
    assert bytes(Unit.objects.get(pk=unit.pk).code) == code
    assert count.broken == [f"unit {unit.pk}: its code is not one of the present key"]
    with pytest.raises(CodeBroken):
        proved([Unit.objects.get(pk=unit.pk)])


def test_interrupted_everything_verifies_and_the_next_run_goes_on(mapping, monkeypatch):
    monkeypatch.setattr(code_keys, "BATCH", 3)
    turns = []

    def kill(done, of):
        turns.append(done)
        if len(turns) == 6:
            raise Killed

    key_changes.new_code_key()
    with pytest.raises(Killed):
        recode(by=BY, report=kill)
    assert key_changes.everything_fits()
    monkeypatch.setattr(code_keys, "BATCH", 500)
    first = Event.objects.filter(verb=Verb.KEYS_ROTATED).count()
    assert first
    assert recode(by=BY).is_proved
    assert recode(by=BY).written == 0


def test_a_save_with_the_older_key_during_the_rotation_is_seen_by_the_proof(mapping, monkeypatch):
    """A process that has not asked its module for the new key would code so; that is why the start waits."""
    key_changes.new_code_key()
    contents = read_contents(key_module())
    unit = Unit.objects.first()
    assert recode(by=BY).is_proved
    older = replace(contents, code_key=contents.code_key_before, code_key_before=b"", code_key_since=None)
    monkeypatch.setattr(provider(), "code_key", older.code_key)
    unit = Unit.objects.get(pk=unit.pk)
    unit.take_as_found()
    unit.save()
    forget()
    assert code_keys.prove_codes().broken == [f"unit {unit.pk}: its code is not one of the present key"]
    assert recode(by=BY).is_proved


def test_nothing_is_coded_anew_while_no_key_is_new_or_a_process_may_use_the_older_one(mapping):
    with pytest.raises(RotationRefused, match="No code key is being replaced"):
        recode(by=BY)
    key_changes.new_code_key()
    contents = read_contents(key_module())
    write_contents(key_module(), replace(contents, code_key_since=timezone.now() - timedelta(seconds=170)))
    forget()
    with pytest.raises(RotationRefused, match="wait 180 seconds"):
        recode(by=BY)


@pytest.fixture
def custodians(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    return Custodians(Passphrases("den første forvalteren", "den andre forvalteren"), tmp_path / "backup")


def test_two_custodians_make_the_new_key_and_drop_the_older_one(empty_keeper, custodians, monkeypatch):
    clock = Clock(monkeypatch)
    actions.create(custodians, by=BY)
    situations.a_person()
    older = provider().code_key
    with pytest.raises(CustodyRefused, match="No code key is being replaced"):
        actions.drop_code_key(custodians, by=BY)
    actions.new_code_key(custodians, by=BY)
    assert provider().code_key_before == older != provider().code_key
    with pytest.raises(CustodyRefused, match="is being replaced"):
        actions.new_code_key(custodians, by=BY)
    with pytest.raises(CustodyRefused, match="wait 180 seconds"):
        actions.drop_code_key(custodians, by=BY)
    clock.go_on(1)
    with pytest.raises(CustodyRefused, match="rows do not fit the present code key"):
        actions.drop_code_key(custodians, by=BY)
    assert recode(by=BY).is_proved
    actions.drop_code_key(custodians, by=BY)
    saved = read_backup(custodians.backup, custodians.passphrases)
    assert older not in {**saved.secrets(), **key_module().secrets()}.values()
    assert saved == read_contents(key_module())
    reasons = Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED, about="code").order_by("pk")
    assert [event.reason for event in reasons] == [Reason.CREATED, Reason.DESTROYED]
    assert proved(Key.objects.all())


def test_a_change_of_the_code_key_that_was_interrupted_loses_none_of_the_two(keeper):
    """The older key is put first, so that at every moment what a process has coded is proved."""
    contents = read_contents(key_module())
    changed = contents.with_new_code_key()
    for name, secret in changed.secrets().items():
        key_module().put(name, secret)
        now = read_contents(key_module())
        assert contents.code_key in (now.code_key, now.code_key_before)
        again = now.with_new_code_key()
        assert {now.code_key, now.code_key_before} - {b""} <= {again.code_key, again.code_key_before}
