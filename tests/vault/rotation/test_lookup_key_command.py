"""The three steps of exchanging the look-up key, as two custodians type them, with each kind of key module."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier
from brik.vault.custody import backup
from brik.vault.custody.backup import Passphrases, read_backup
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import ask_again, provider
from tests import situations
from tests.custody import FIRST, SECOND, command
from tests.moments.clock import Clock

pytestmark = pytest.mark.django_db

STEPS = ("new_lookup_key", "switch_lookup_key", "drop_lookup_key")


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def file(empty_keeper, tmp_path, monkeypatch):
    """The custodians' backup of a module that they have filled."""
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    command("wrapping_key", "create", f"--backup={tmp_path / 'backup'}")
    return tmp_path / "backup"


def rehashed():
    ask_again()
    call_command("rotate_keys", "lookups", stdout=StringIO())


def reasons():
    told = Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED, about="lookup").order_by("pk")
    return [(event.reason, event.actor) for event in told]


def test_the_three_steps_exchange_the_key_and_the_number_is_found_all_the_while(file, clock, capsys):
    row = Identifier.objects.get(person=situations.a_person())
    number, older = Number(NumberKind(row.kind), row.number.open()), provider().lookup_key
    for verb, sentence in zip(
        STEPS,
        (
            "A next look-up key; in three minutes run manage.py rotate_keys lookups.",
            "The next look-up key finds; in three minutes run manage.py rotate_keys lookups.",
            "The older look-up key is gone. Destroy every older copy of the backup too.",
        ),
        strict=True,
    ):
        command("wrapping_key", verb, f"--backup={file}")
        assert sentence in capsys.readouterr().out
        assert Identifier.objects.holding([number]).keys() == {number}
        if verb != STEPS[-1]:
            with pytest.raises(CommandError, match="wait 180 seconds"):
                command("wrapping_key", STEPS[STEPS.index(verb) + 1], f"--backup={file}")
            clock.go_on(1)
            rehashed()
    assert provider().lookup_key != older
    saved = read_backup(file, Passphrases(FIRST, SECOND))
    assert saved == read_contents(key_module())
    assert older not in saved.secrets().values()
    told = (Reason.CREATED, Reason.REPLACED, Reason.DESTROYED)
    assert reasons() == [(reason, "process:wrapping_key") for reason in told]


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("switch_lookup_key", "There is no next look-up key: new_lookup_key makes it"),
        ("drop_lookup_key", "No look-up key was replaced: switch_lookup_key does it"),
    ],
)
def test_a_step_out_of_turn_is_refused_with_a_sentence(file, verb, sentence):
    before = key_module().secrets()
    with pytest.raises(CommandError, match=sentence):
        command("wrapping_key", verb, f"--backup={file}")
    assert (key_module().secrets(), reasons()) == (before, [])


def test_each_step_takes_both_custodians(file, clock):
    for verb in STEPS:
        before, told = key_module().secrets(), reasons()
        with pytest.raises(CommandError, match="do not open the backup together"):
            command("wrapping_key", verb, f"--backup={file}", second="noe helt annet enn det")
        assert (key_module().secrets(), reasons()) == (before, told)
        command("wrapping_key", verb, f"--backup={file}")
        clock.go_on(1)
        if verb != STEPS[-1]:
            rehashed()
