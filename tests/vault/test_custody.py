"""Wrapping keys come, rest and go with two custodians only, and each step is an event."""

import json
import stat
from dataclasses import replace
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.vault.custody import actions, backup
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases, read_backup
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import Key
from brik.vault.providers.key_contents import KeyState, read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import ask_again, provider
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import SealBroken
from tests import custody, situations
from tests.custody import FIRST, SECOND, descriptor
from tests.moments.clock import Clock

pytestmark = pytest.mark.django_db

BY = Process("test")
SOMEBODY = UUID(int=1)


@pytest.fixture(autouse=True)
def quick_guesses(monkeypatch):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def custodians(tmp_path):
    return Custodians(Passphrases(FIRST, SECOND), tmp_path / "backup")


@pytest.fixture
def first(empty_keeper, custodians):
    """The id of the first wrapping key, that both custodians have made."""
    return actions.create(custodians, by=BY)


def states():
    return {key_id: key.state for key_id, key in read_contents(key_module()).wrapping.items()}


def reasons():
    told = Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED).order_by("pk")
    return [(event.reason, event.about) for event in told]


def replaced(first, custodians, clock):
    """The id of a second key, hours after it came in place of the first."""
    second = actions.create(custodians, by=BY)
    clock.go_on(1)
    return second


def refused(sentence, action, *args, **kwargs):
    before, told = key_module().secrets(), reasons()
    with pytest.raises(CustodyRefused, match=sentence):
        action(*args, **kwargs)
    assert (key_module().secrets(), reasons()) == (before, told)


def test_the_first_key_comes_with_its_backup(first, custodians):
    assert states() == {first: KeyState.CURRENT}
    assert provider().key_id == first
    assert stat.S_IMODE(custodians.backup.stat().st_mode) == 0o600
    assert read_backup(custodians.backup, custodians.passphrases) == read_contents(key_module())
    assert reasons() == [(Reason.CREATED, first)]


@pytest.mark.parametrize(
    "typed", [(FIRST, "noe helt annet enn det"), ("noe helt annet enn det", SECOND), (SECOND, FIRST)]
)
def test_the_backup_opens_with_both_passphrases_only(first, custodians, typed):
    refused(
        "do not open the backup together", actions.create, Custodians(Passphrases(*typed), custodians.backup), by=BY
    )


def test_the_backup_shows_no_key(first, custodians):
    content = custodians.backup.read_bytes()
    for name, secret in key_module().secrets().items():
        assert secret not in content
        assert name.encode() not in content


@pytest.mark.parametrize("part", ["salts", "sealed", "n", "format"])
def test_a_changed_backup_does_not_open(first, custodians, part):
    stored = json.loads(custodians.backup.read_text())
    stored[part] = {"salts": stored["salts"][::-1], "sealed": stored["sealed"][:-8], "n": 32, "format": "x"}[part]
    custodians.backup.write_text(json.dumps(stored))
    with pytest.raises(CustodyRefused):
        read_backup(custodians.backup, custodians.passphrases)


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json"])
def test_what_is_no_backup_is_refused(first, custodians, content):
    custodians.backup.write_text(content)
    refused("is no backup", actions.create, custodians, by=BY)


@pytest.mark.parametrize("typed", [("kort", SECOND), (FIRST, "kort"), (FIRST, FIRST)])
def test_two_people_have_two_passphrases_that_are_long_enough(typed):
    with pytest.raises(CustodyRefused):
        Passphrases(*typed)


def test_passphrases_are_never_printed(custodians):
    assert FIRST not in repr(custodians)
    assert SECOND not in repr(custodians)


def test_somebody_elses_backup_is_not_taken(first, custodians, tmp_path, new_keeper, empty_keeper):
    other = Custodians(custodians.passphrases, tmp_path / "another")
    refused("cannot be read", actions.create, other, by=BY)
    new_keeper(empty_keeper.provider, "another-module")
    actions.create(other, by=BY)
    refused("not the backup that the module names", actions.create, custodians, by=BY)
    refused("another installation", actions.restore, custodians, by=BY)


def test_a_file_that_is_there_is_not_overwritten_by_the_first_backup(empty_keeper, custodians):
    custodians.backup.write_text("noe annet")
    with pytest.raises(CustodyRefused, match="there already"):
        actions.create(custodians, by=BY)
    assert custodians.backup.read_text() == "noe annet"
    assert key_module().is_empty()


def test_a_backup_that_cannot_be_written_leaves_the_module_as_it_is(first, custodians):
    lost = Custodians(custodians.passphrases, custodians.backup.parent / "borte" / "backup")
    refused("cannot be read", actions.create, lost, by=BY)


def test_a_new_key_seals_and_what_is_sealed_still_opens(first, custodians):
    person = situations.a_person()
    second = actions.create(custodians, by=BY)
    assert states() == {first: KeyState.OPEN, second: KeyState.CURRENT}
    assert Person.objects.get(pk=person.pk).identity.open() == person.identity.open()
    situations.a_person()
    assert set(Key.objects.values_list("key_id", flat=True)) == {first, second}


def test_the_current_key_is_not_retired(first, custodians):
    refused("create another one first", actions.retire, first, custodians=custodians, by=BY)


def test_a_key_that_a_process_may_still_seal_with_is_not_retired(first, custodians, clock):
    actions.create(custodians, by=BY)
    refused("may still seal", actions.retire, first, custodians=custodians, by=BY)
    clock.go_on(1)
    actions.retire(first, custodians=custodians, by=BY)


def test_a_key_that_wraps_data_keys_is_neither_retired_nor_destroyed(first, custodians, clock):
    situations.a_person()
    replaced(first, custodians, clock)
    refused("data keys are wrapped by", actions.retire, first, custodians=custodians, by=BY)
    kept = [*Key.objects.all()]
    with situations.triggers_off():
        Key.objects.all().delete()
    actions.retire(first, custodians=custodians, by=BY)
    # From a backup of the database.
    Key.objects.bulk_create(kept)
    refused("data keys are wrapped by", actions.destroy, first, custodians=custodians, by=BY)


def test_a_retired_key_refuses_until_it_is_restored(first, custodians, clock):
    sealed = provider().wrap(bytes(32), "person", SOMEBODY)
    replaced(first, custodians, clock)
    actions.retire(first, custodians=custodians, by=BY)
    with pytest.raises(SealBroken):
        provider().unwrap(sealed, "person", SOMEBODY, first)
    assert actions.restore(custodians, key_id=first, by=BY) == [first]
    assert states()[first] == KeyState.OPEN
    assert provider().unwrap(sealed, "person", SOMEBODY, first) == bytes(32)
    assert read_backup(custodians.backup, custodians.passphrases) == read_contents(key_module())


def test_only_a_retired_key_is_destroyed_and_then_it_is_nowhere(first, custodians, clock):
    replaced(first, custodians, clock)
    secret = key_module().secrets()[f"wrapping-{first}"]
    refused("Retire the wrapping key", actions.destroy, first, custodians=custodians, by=BY)
    actions.retire(first, custodians=custodians, by=BY)
    actions.destroy(first, custodians=custodians, by=BY)
    saved = read_backup(custodians.backup, custodians.passphrases)
    assert secret not in {**saved.secrets(), **key_module().secrets()}.values()
    assert states()[first] == saved.wrapping[first].state == KeyState.DESTROYED
    refused("was destroyed", actions.restore, custodians, key_id=first, by=BY)
    refused("has everything", actions.restore, custodians, by=BY)


def test_each_step_is_an_event(first, custodians, clock):
    second = replaced(first, custodians, clock)
    actions.retire(first, custodians=custodians, by=BY)
    actions.restore(custodians, key_id=first, by=BY)
    clock.go_on(1)
    actions.retire(first, custodians=custodians, by=BY)
    actions.destroy(first, custodians=custodians, by=BY)
    assert reasons() == [
        (Reason.CREATED, first),
        (Reason.CREATED, second),
        (Reason.RETIRED, first),
        (Reason.RESTORED, first),
        (Reason.RETIRED, first),
        (Reason.DESTROYED, first),
    ]


def test_a_key_nobody_knows_is_refused(first, custodians):
    for action in (actions.retire, actions.destroy):
        refused("no wrapping key ukjent", action, "ukjent", custodians=custodians, by=BY)
    refused("no wrapping key ukjent", actions.restore, custodians, key_id="ukjent", by=BY)


def test_the_restore_drill_a_new_module_opens_what_the_lost_one_sealed(first, custodians, empty_keeper, new_keeper):
    person = situations.a_person(family="Bevart")
    second = actions.create(custodians, by=BY)
    later = situations.a_person(family="Nyere")
    new_keeper(empty_keeper.provider, "replacement")
    with pytest.raises(KeysUnavailable):
        provider()
    assert set(actions.restore(custodians, by=BY)) == {first, second}
    assert provider().key_id == second
    found = [Person.objects.get(pk=each.pk).identity.open() for each in (person, later)]
    assert [each["family"].rstrip("0123456789") for each in found] == ["Bevart", "Nyere"]
    assert actions.create(custodians, by=BY) not in (first, second)


def test_a_key_the_module_lost_comes_back_as_one_that_opens(first, custodians, clock):
    second = replaced(first, custodians, clock)
    contents = read_contents(key_module())
    with_one = replace(contents, wrapping={second: contents.wrapping[second]})
    key_module().remove(f"wrapping-{first}")
    key_module().put("register", with_one.secrets()["register"])
    assert states() == {second: KeyState.CURRENT}
    assert actions.restore(custodians, key_id=first, by=BY) == [first]
    assert states() == {first: KeyState.OPEN, second: KeyState.CURRENT}


@pytest.mark.parametrize("kind", ["wrapping", "signing", "lookup", "code"])
def test_what_the_module_names_and_has_lost_comes_back(first, custodians, kind):
    ids = {"wrapping": f"wrapping-{first}", "signing": f"signing-{provider().own_key.thumbprint()}"}
    name, before = ids.get(kind, kind), read_contents(key_module())
    key_module().remove(name)
    with pytest.raises(KeysUnavailable, match=f"lacks {name}"):
        ask_again()
    assert actions.restore(custodians, by=BY) == [name]
    assert read_contents(key_module()) == before
    assert reasons()[-1] == (Reason.RESTORED, name)


def test_an_older_copy_of_the_backup_does_not_bring_back_what_it_never_had(first, custodians):
    older = custodians.backup.read_bytes()
    second = actions.create(custodians, by=BY)
    custodians.backup.write_bytes(older)
    key_module().remove(f"wrapping-{second}")
    refused(f"lacks wrapping-{second} too: it is an older copy", actions.restore, custodians, by=BY)


def test_two_others_take_over_and_the_older_backup_is_not_taken_any_more(first, custodians, tmp_path):
    others = Custodians(Passphrases("en helt ny forvalter", "enda en ny forvalter"), tmp_path / "theirs")
    stranger = Custodians(others.passphrases, custodians.backup)
    refused("do not open the backup together", actions.hand_over, stranger, to=others, by=BY)
    refused("there already", actions.hand_over, custodians, to=custodians, by=BY)
    actions.hand_over(custodians, to=others, by=BY)
    assert reasons()[-1] == (Reason.HANDED_OVER, "")
    refused("not the backup that the module names", actions.create, custodians, by=BY)
    newest = actions.create(others, by=BY)
    assert states()[newest] == KeyState.CURRENT


def command(*argv, **typed):
    custody.command("wrapping_key", *argv, **typed)


def test_the_command_does_all_of_it_by_two_custodians(empty_keeper, custodians, capsys, clock):
    file = f"--backup={custodians.backup}"
    command("create", file)
    (first,) = states()
    command("create", file)
    others = [f"--new-backup={custodians.backup}-ny", "--new-passphrases-from"]
    command("hand_over", file, *others, str(descriptor(SECOND)), str(descriptor(FIRST)))
    custodians.backup.with_name("backup-ny").rename(custodians.backup)
    command("hand_over", file, *others, str(descriptor(FIRST)), str(descriptor(SECOND)), first=SECOND, second=FIRST)
    custodians.backup.with_name("backup-ny").rename(custodians.backup)
    clock.go_on(1)
    command("retire", first, file)
    command("restore", first, file)
    clock.go_on(1)
    command("retire", first, file)
    command("destroy", first, file)
    call_command("wrapping_key", "list")
    told = capsys.readouterr().out
    assert f"{first} destroyed" in told
    assert "current since" in told
    assert FIRST not in told
    with pytest.raises(CommandError, match="do not open the backup together"):
        command("create", file, second="noe helt annet enn det")


def test_the_command_asks_each_custodian_and_the_first_time_twice(empty_keeper, custodians, monkeypatch):
    prompts: list[str] = []
    answers = iter([FIRST, FIRST, SECOND, SECOND, FIRST, SECOND, FIRST, "noe annet"])

    def typed(prompt):
        prompts.append(prompt)
        return next(answers)

    monkeypatch.setattr("getpass.getpass", typed)
    call_command("wrapping_key", "create", f"--backup={custodians.backup}")
    call_command("wrapping_key", "create", f"--backup={custodians.backup}")
    assert [prompt.split()[0] for prompt in prompts] == ["First", "The", "Second", "The", "First", "Second"]
    with pytest.raises(CommandError, match="not the same"):
        call_command("wrapping_key", "create", f"--backup={custodians.backup}-annen")


def test_the_command_lists_nothing_without_a_module(empty_keeper):
    with pytest.raises(CommandError, match=r"manage\.py"):
        call_command("wrapping_key", "list")
