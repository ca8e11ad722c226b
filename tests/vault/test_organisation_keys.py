"""The key that slips to an organisation are sealed to is replaced with an overlap, and retired; its reader reads on."""

from contextlib import suppress
from functools import partial
from io import StringIO

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Organisation
from brik.vault import keys
from brik.vault.custody import organisation_key_actions as actions
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import ORGANISATION, SHARED_ROW, Key
from brik.vault.place import present_place
from brik.vault.providers.provider import provider
from brik.vault.rotation.counts import RotationRefused
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken, unseal
from tests import situations
from tests.examples import tries
from tests.moments.clock import Clock
from tests.slips import turns
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed

pytestmark = pytest.mark.django_db

BY = Process("test")
DAYS = 14
CHOSEN = (Topic.TEETH, Topic.SLEEP)
replace = partial(actions.replace, by=BY)
retire = partial(actions.retire, by=BY, seconds_for_readers=0)


@pytest.fixture(autouse=True)
def overlap(settings):
    settings.KEY_OVERLAP_DAYS = DAYS


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def a_house():
    """The health service of a unit, with two slips; another with one."""
    for name in ("Agder fengsel", "Oslo fengsel"):
        unit = situations.a_unit(name)
        health = turns.health_service(unit)
        turns.turned(situations.a_person(at=unit), *CHOSEN)
    turns.turned(situations.a_person(at=unit), *CHOSEN)
    return health


@pytest.fixture
def health(keeper):
    """With a key module of each kind in turn."""
    return a_house()


@pytest.fixture
def small(db):
    """With the keys of the run."""
    return a_house()


def subject(health):
    return Organisation.key_subject(health.pk)


def own(health):
    return Key.objects.get(keeping=ORGANISATION, subject=subject(health))


def secret(health):
    """The newest key in clear, as somebody who has stolen it holds it."""
    key = own(health)
    return provider().unwrap(bytes(key.wrapped), ORGANISATION, key.subject, key.key_id)


def opens_with(stolen, slip):
    """Whether what the database holds of a slip's key opens with a stolen key of the organisation and the person's."""
    name, stored = present_place(slip).shared_key, Key.objects.get(keeping=SHARED_ROW, subject=slip.pk)
    twice = provider().unwrap(bytes(stored.wrapped), SHARED_ROW, slip.pk, stored.key_id)
    person = keys.key_for(name.parts[0])
    person = getattr(person, "newest", person)
    try:
        unseal(AESGCM(stolen), unseal(person, twice, name.bound_to), name.bound_to)
    except SealBroken:
        return False
    return True


def all_read(health):
    return all(slip.topics == [*CHOSEN] for slip in Slip.objects.filter(organisation=health))


def reasons():
    told = Event.objects.filter(verb=Verb.KEYS_ROTATED).order_by("pk")
    return [(event.reason, event.about, event.actor) for event in told]


def test_replaced_with_an_overlap_and_retired_its_reader_reads_all_the_while(health, clock):
    older, others = secret(health), bytes(Key.objects.exclude(subject=subject(health)).first().wrapped)
    assert replace(subject(health)).written == 2
    assert own(health).before
    assert secret(health) != older
    assert all_read(health)
    turns.turned(situations.a_person(at=health.units.get()), *CHOSEN)
    with pytest.raises(CustodyRefused, match="Wait 14 days: what is sealed under the older key"):
        retire(subject(health))
    clock.go_on(24 * DAYS)
    count = retire(subject(health))
    assert (count.seen, count.written, count.verified) == (3, 0, 3)
    assert not own(health).before
    assert all_read(health)
    assert bytes(Key.objects.exclude(subject=subject(health)).first().wrapped) == others
    assert key_changes.everything_fits()


def test_a_stolen_key_opens_no_slip_once_it_is_replaced_not_even_a_new_one(small):
    stolen = secret(small)
    assert all(opens_with(stolen, slip) for slip in Slip.objects.filter(organisation=small))
    replace(subject(small))
    turns.turned(situations.a_person(at=small.units.get()), *CHOSEN)
    assert not any(opens_with(stolen, slip) for slip in Slip.objects.filter(organisation=small))


def test_a_stolen_key_is_retired_at_once_when_no_process_seals_with_it(small, clock):
    replace(subject(small))
    with pytest.raises(CustodyRefused, match="Wait 180 seconds"):
        retire(subject(small), at_once=True)
    clock.go_on(1)
    assert retire(subject(small), at_once=True).is_proved
    assert not own(small).before


def test_only_a_replaced_key_is_retired_and_only_a_living_one_replaced(small):
    with pytest.raises(CustodyRefused, match="is not being replaced"):
        retire(subject(small), at_once=True)
    with pytest.raises(RotationRefused, match="There is no key of organisation"):
        replace(Organisation.key_subject(situations.a_case_system().pk))
    Key.objects.filter(pk=own(small).pk).change(destroyed_at=timezone.now(), wrapped=b"")
    with pytest.raises(RotationRefused, match="is destroyed"):
        replace(subject(small))
    with pytest.raises(CustodyRefused, match="is not being replaced"):
        retire(subject(small), at_once=True)


def test_an_event_that_was_not_written_here_makes_the_overlap_no_shorter(small, clock):
    replace(subject(small))
    since = actions.replaced_at(subject(small))
    event = Event.objects.filter(verb=Verb.KEYS_ROTATED).latest("pk")
    turns.without_guard("UPDATE audit_event SET at = at - interval '30 days' WHERE id = %s", event.pk)
    with pytest.raises(CustodyRefused, match="is not being replaced"):
        retire(subject(small))
    turns.without_guard("UPDATE audit_event SET at = at + interval '30 days' WHERE id = %s", event.pk)
    assert actions.replaced_at(subject(small)) == since


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_killed_between_two_slips_all_open_and_the_next_run_goes_on(health, at):
    reports = []

    def kill(done, of):
        reports.append((done, of))
        if len(reports) == at:
            raise Killed

    with pytest.raises(Killed):
        replace(subject(health), report=kill)
    assert all_read(health)
    halfway = secret(health)
    assert replace(subject(health)).written == max(2 - at, 0)
    assert secret(health) == halfway
    assert all_read(health)
    assert [reason for reason, _about, _by in reasons()] == [Reason.CREATED]


def test_a_slip_that_does_not_open_keeps_the_older_key(small, clock):
    replace(subject(small))
    clock.go_on(24 * DAYS)
    slip = Slip.objects.filter(organisation=small)[0]
    broken = provider().wrap(b"k" * 60, SHARED_ROW, slip.pk)
    with rotation_role():
        Key.objects.filter(keeping=SHARED_ROW, subject=slip.pk).change(wrapped=broken)
    out = StringIO()
    with pytest.raises(CommandError, match="the older key stays"):
        call_command("organisation_key", "retire", small.number, "--seconds-for-readers=0", stdout=out)
    assert f"slips.slip {slip.pk}: its key does not open with the new key" in out.getvalue()
    assert own(small).before


def test_the_command_does_all_of_it_and_each_step_is_an_event(health, clock):
    def told(*argv):
        out = StringIO()
        call_command("organisation_key", *argv, stdout=out)
        return out.getvalue()

    assert f"{health.number} current\n" in told("list")
    assert told("replace", health.number).endswith(f"2 written. Both keys of {health.number} open until retire.\n")
    assert f"{health.number} replaced since {timezone.now():%Y-%m-%d}" in told("list")
    with pytest.raises(CommandError, match="Wait 14 days"):
        told("retire", health.number)
    clock.go_on(1)
    ended = told("retire", health.number, "--at-once", "--seconds-for-readers=0")
    assert ended.endswith(f"2 seen, 0 written, 2 verified.\nThe older key of {health.number} is retired.\n")
    assert f"{health.number} current\n" in told("list")
    about = f"organisation {subject(health)}"
    assert reasons() == [(reason, about, "process:organisation_key") for reason in (Reason.CREATED, Reason.DESTROYED)]
    with pytest.raises(CommandError, match="There is no organisation 0"):
        told("replace", "0")


STEPS = st.tuples(
    st.sampled_from(["replace", "retire", "retire at once", "turn", "an hour", "the overlap"]),
    # At which report the process is killed; 0 for never.
    st.integers(0, 3),
)


def step(health, clock, what, kill_at):
    reports = []

    def report(done, of):
        reports.append(done)
        if len(reports) == kill_at:
            raise Killed

    match what:
        case "replace":
            replace(subject(health), report=report)
        case "turn":
            turns.turned(situations.a_person(at=health.units.get()), *CHOSEN)
        case "an hour":
            clock.go_on(1)
        case "the overlap":
            clock.go_on(24 * DAYS)
        case _:
            retire(subject(health), at_once=what != "retire", report=report)


@settings(max_examples=tries(12))
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_in_any_order_with_kills_every_slip_is_read_and_the_last_exchange_ends(steps):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        clock, house = Clock(patch), a_house()
        for what, kill_at in steps:
            with suppress(Killed, CustodyRefused):
                step(house, clock, what, kill_at)
            assert all_read(house)
        replace(subject(house))
        clock.go_on(24 * DAYS)
        assert retire(subject(house)).is_proved
        assert not own(house).before
        assert all_read(house)
        transaction.set_rollback(True)
