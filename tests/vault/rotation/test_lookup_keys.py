"""The key of look-up hashes is exchanged: whichever process writes a number, every process finds it all the while."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message, MessageNumber
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier, Person
from brik.people.persons import hashes_of
from brik.vault.custody import actions, backup, lookup_key_actions
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases, read_backup
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import Key
from brik.vault.providers.key_contents import read_contents, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.lookup_keys import LookupStage
from brik.vault.providers.provider import forget, provider
from brik.vault.rotation import lookup_keys
from brik.vault.rotation.counts import RotationRefused
from brik.vault.rotation.lookup_keys import prove_lookups, rehash
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.sealing import SealBroken
from tests import situations
from tests.arrivals import samples
from tests.moments.clock import Clock
from tests.vault.rotation import key_changes
from tests.vault.rotation.house import Killed

pytestmark = pytest.mark.django_db
BY = Process("test")


@pytest.fixture(autouse=True)
def own_keys():
    with key_changes.keys_as_before():
        yield


def arrive(number=None, *, name="a"):
    """The number of somebody who has arrived."""
    number = number or situations.a_number()
    outcome = receive_message(samples.arrival(number, message_id=f"{name}-{number.value}"), by=BY)
    assert outcome.person is not None
    return number


def is_found(number):
    return Identifier.objects.filter(person__isnull=False).holding([number]).keys() == {number}


def contents():
    return read_contents(key_module())


def exchange():
    """The whole of it."""
    key_changes.next_lookup_key()
    assert rehash(by=BY).is_proved
    key_changes.switch_lookup_key()
    assert rehash(by=BY).is_proved
    key_changes.drop_lookup_key()


def stored():
    return {pair for model in (Identifier, MessageNumber) for row in model.objects.all() for pair in row.stored}


def test_a_number_is_found_at_every_step_and_the_older_hashes_are_gone_at_the_end():
    number, before = arrive(), stored()
    for step in (
        key_changes.next_lookup_key,
        lambda: rehash(by=BY),
        key_changes.switch_lookup_key,
        lambda: rehash(by=BY),
        key_changes.drop_lookup_key,
    ):
        step()
        assert is_found(number)
        assert key_changes.everything_fits()
        assert prove_lookups().seen == Identifier.objects.count() + MessageNumber.objects.count()
    assert stored() & before == {b""}
    assert prove_lookups().is_proved
    assert Event.objects.filter(verb=Verb.KEYS_ROTATED).count() == 4


def test_the_next_exchange_uses_the_first_column_again():
    number = arrive()
    exchange()
    row = Identifier.objects.get()
    assert (row.lookup, row.stored.lookup_second) == (None, hashes_of(number).written.lookup_second)
    exchange()
    row = Identifier.objects.get()
    assert (row.stored.lookup, row.lookup_second) == (hashes_of(number).written.lookup, None)
    assert is_found(number)


def test_who_is_known_is_known_at_every_step_when_another_message_comes():
    number = arrive(name="first")
    for step in (key_changes.next_lookup_key, lambda: rehash(by=BY), key_changes.switch_lookup_key):
        step()
        arrive(number, name=str(contents().lookup.stage) + str(MessageNumber.objects.count()))
        assert Person.objects.exclude(current_stay=None).count() == 1
    rehash(by=BY)
    key_changes.drop_lookup_key()
    arrive(number, name="last")
    assert Person.objects.exclude(current_stay=None).count() == 1


def test_a_message_that_comes_again_after_the_exchange_is_known():
    """What its digest was made with is gone: what is sealed is compared."""
    raw = samples.arrival(situations.a_number(), message_id="same")
    receive_message(raw, by=BY)
    exchange()
    assert receive_message(raw, by=BY).status is MessageStatus.DUPLICATE
    assert receive_message(raw, sender="annen", by=BY).status is MessageStatus.ACCEPTED
    assert len({*Message.objects.values_list("digest", flat=True)}) == 1
    other = receive_message(samples.arrival(situations.a_number(), message_id="same"), by=BY)
    assert other.status is MessageStatus.PARKED


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ((), key_changes.next_lookup_key),
        ((key_changes.next_lookup_key,), lambda: rehash(by=BY)),
        ((key_changes.next_lookup_key, lambda: rehash(by=BY)), key_changes.switch_lookup_key),
        (
            (key_changes.next_lookup_key, lambda: rehash(by=BY), key_changes.switch_lookup_key, lambda: rehash(by=BY)),
            key_changes.drop_lookup_key,
        ),
    ],
    ids=["new", "filled", "switched", "dropped"],
)
def test_a_number_of_an_older_process_is_found_by_a_newer_one_and_the_other_way(before, step):
    """A process asks its module once a minute: for so long it does not know of a step."""
    for earlier in before:
        earlier()
    known = contents()
    step()
    newer = arrive()
    with key_changes.process_that_knows(known):
        assert is_found(newer)
        older = arrive()
        assert is_found(older)
        # Nobody becomes two people.
        arrive(newer, name="again")
    assert is_found(older)
    arrive(older, name="again")
    assert Person.objects.exclude(current_stay=None).count() == 2
    assert Identifier.objects.count() == 2


def test_a_number_that_two_processes_register_at_once_belongs_to_one_person():
    known = contents()
    key_changes.next_lookup_key()
    number = arrive()
    other = situations.a_person()
    with key_changes.process_that_knows(known), pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.create(person=other, kind=number.kind, number="1", **hashes_of(number).columns())
    rehash(by=BY)
    key_changes.switch_lookup_key()
    with pytest.raises(IntegrityError, match="identifier_belongs_to_one_second"), transaction.atomic():
        Identifier.objects.create(person=other, kind=number.kind, number="1", **hashes_of(number).columns())


@pytest.mark.parametrize("column", ["lookup", "lookup_second"])
@pytest.mark.parametrize("is_switched", [False, True])
def test_a_hash_that_was_moved_to_another_row_is_named_and_not_made_good(column, is_switched):
    mine, yours = arrive(), arrive()
    key_changes.next_lookup_key()
    rehash(by=BY)
    if is_switched:
        key_changes.switch_lookup_key()
    victim, moved = (Identifier.objects.holding([number])[number] for number in (mine, yours))
    hashed = getattr(moved, column)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_identifier SET {column} = NULL WHERE uuid = %s", [moved.pk])
        cursor.execute(f"UPDATE people_identifier SET {column} = %s WHERE uuid = %s", [hashed, victim.pk])
    count = rehash(by=BY)
    assert f"identifier {victim.pk}: it is not found by its number" in count.broken
    assert bytes(getattr(Identifier.objects.get(pk=victim.pk), column)) == bytes(hashed)
    with pytest.raises(SealBroken):
        Identifier.objects.get(pk=victim.pk).demand_agreement()
    assert key_changes.checked().startswith("FEIL")


def test_what_was_destroyed_is_found_by_nothing_any_more():
    number = arrive()
    person = Identifier.objects.get().person_id
    for key in Key.objects.all():
        Key.objects.filter(pk=key.pk).change(destroyed_at=timezone.now(), wrapped=b"")
        log.record(Verb.KEY_DESTROYED, by=BY, subject=person, obj=key)
    key_changes.next_lookup_key()
    assert rehash(by=BY).is_proved
    assert stored() == {b""}
    assert Identifier.objects.holding([number]) == {}


def test_interrupted_everything_is_found_and_the_next_run_goes_on(monkeypatch):
    monkeypatch.setattr(lookup_keys, "BATCH", 2)
    numbers = [arrive() for _ in range(5)]

    def kill(done, of):
        if done == 4:
            raise Killed

    for step in (key_changes.next_lookup_key, key_changes.switch_lookup_key):
        step()
        with pytest.raises(Killed):
            rehash(by=BY, report=kill)
        assert all(map(is_found, numbers))
        assert key_changes.everything_fits()
        assert not prove_lookups().is_proved
        count = rehash(by=BY)
        assert count.is_proved
        assert 0 < count.written == count.seen - 4
        assert rehash(by=BY).written == 0


def test_nothing_is_hashed_anew_while_no_key_is_new_or_a_process_may_not_know_it():
    with pytest.raises(RotationRefused, match="No look-up key is being replaced"):
        rehash(by=BY)
    key_changes.next_lookup_key()
    now = contents()
    late = replace(now.lookup, since=timezone.now() - timedelta(seconds=170))
    write_contents(key_module(), replace(now, lookup=late))
    forget()
    with pytest.raises(RotationRefused, match="wait 180 seconds"):
        rehash(by=BY)


@pytest.mark.parametrize("table", ["people_identifier", "arrivals_messagenumber"])
@pytest.mark.parametrize("column", ["kind = 'x'", "person_id = NULL", "message_id = NULL"])
def test_the_role_that_rotates_writes_the_hashes_and_not_what_they_are_of(table, column):
    with rotation_role(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET lookup = lookup, lookup_second = lookup_second")
    with pytest.raises(ProgrammingError), transaction.atomic(), rotation_role(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column}")


@pytest.fixture
def custodians(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SCRYPT_N", 16)
    return Custodians(Passphrases("den første forvalteren", "den andre forvalteren"), tmp_path / "backup")


def test_two_custodians_take_the_three_steps_and_each_looks_at_every_row_first(empty_keeper, custodians, monkeypatch):
    clock = Clock(monkeypatch)
    actions.create(custodians, by=BY)
    number, older = arrive(), provider().lookup_key
    steps = lookup_key_actions
    with pytest.raises(CustodyRefused, match="There is no next look-up key"):
        steps.switch_lookup_key(custodians, by=BY)
    with pytest.raises(CustodyRefused, match="No look-up key was replaced"):
        steps.drop_lookup_key(custodians, by=BY)
    steps.new_lookup_key(custodians, by=BY)
    with pytest.raises(CustodyRefused, match="is being replaced"):
        steps.new_lookup_key(custodians, by=BY)
    for step in (steps.switch_lookup_key, steps.drop_lookup_key):
        with pytest.raises(CustodyRefused, match="wait 180 seconds"):
            step(custodians, by=BY)
        clock.go_on(1)
        with pytest.raises(CustodyRefused, match="rows do not have the present hashes"):
            step(custodians, by=BY)
        assert rehash(by=BY).is_proved
        step(custodians, by=BY)
        assert is_found(number)
    with pytest.raises(CustodyRefused, match="wait 180 seconds"):
        steps.new_lookup_key(custodians, by=BY)
    saved = read_backup(custodians.backup, custodians.passphrases)
    assert older not in {**saved.secrets(), **key_module().secrets()}.values()
    assert saved == contents()
    reasons = Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED, about="lookup").order_by("pk")
    assert [event.reason for event in reasons] == [Reason.CREATED, Reason.REPLACED, Reason.DESTROYED]


def test_a_step_that_was_interrupted_changes_nothing_until_its_register_is_written(keeper):
    for step in ("with_next", "switched", "alone"):
        before = contents()
        changed = replace(before, lookup=getattr(before.lookup, step)())
        *secrets, register = changed.secrets().items()
        for name, secret in secrets:
            key_module().put(name, secret)
            assert contents().lookup == before.lookup
        key_module().put(*register)
        assert contents().lookup == changed.lookup
        write_contents(key_module(), changed)
        assert contents().lookup == changed.lookup
    assert sorted(name for name in key_module().secrets() if name.startswith("lookup")) == ["lookup-second"]


def take(what, kill_at):
    """One thing that happens: a step as far as it may be taken, or a rotation that may be killed."""
    stage, turns = contents().lookup.stage, []

    def report(done, of):
        turns.append(done)
        if len(turns) == kill_at:
            raise Killed

    match what, stage:
        case "new", LookupStage.ALONE:
            key_changes.next_lookup_key()
        case "rotate", LookupStage.FILLING | LookupStage.CLEARING:
            rehash(by=BY, report=report)
        case "switch", LookupStage.FILLING if prove_lookups().is_proved:
            key_changes.switch_lookup_key()
        case "drop", LookupStage.CLEARING if prove_lookups().is_proved:
            key_changes.drop_lookup_key()


THINGS = st.tuples(
    st.sampled_from(["new", "rotate", "switch", "drop", "arrive", "arrive again", "arrive elsewhere"]),
    # At which report the process is killed; 0 for never.
    st.integers(0, 2),
)


@settings(max_examples=25, deadline=None)
@given(things=st.lists(THINGS, min_size=3, max_size=14))
def test_after_any_order_of_steps_kills_and_arrivals_each_number_has_one_person(things):
    with key_changes.keys_as_before(), transaction.atomic():
        numbers, known = [arrive()], contents()
        for place, (what, kill_at) in enumerate(things):
            before = contents()
            match what:
                case "arrive":
                    numbers.append(arrive())
                case "arrive again":
                    arrive(numbers[0], name=f"again-{place}")
                case "arrive elsewhere":
                    # A process that has not asked its module since the last step.
                    with key_changes.process_that_knows(known):
                        numbers.append(arrive())
                        arrive(numbers[0], name=f"elsewhere-{place}")
                case _:
                    with suppress(Killed):
                        take(what, kill_at)
            # Three minutes pass before each rotation and step: the older process has asked by then.
            known = before if contents().lookup != before.lookup else known
            if what == "rotate":
                known = contents()
            assert all(map(is_found, numbers))
        assert Person.objects.exclude(current_stay=None).count() == len(numbers)
        assert Identifier.objects.count() == len(numbers)
        assert "FEIL" not in key_changes.checked()
        transaction.set_rollback(True)


def test_the_two_kinds_of_one_value_have_hashes_of_their_own():
    key_changes.next_lookup_key()
    first, second = (hashes_of(Number(kind, "1")) for kind in (NumberKind.SSP, NumberKind.DUF))
    assert len({*first.known, *second.known}) == 4
