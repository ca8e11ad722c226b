"""The key of a health service is exchanged: slips from before and after open, and the older key goes for good."""

from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import settings as properties
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Organisation
from brik.vault import keys, organisation_keys
from brik.vault.custody import organisation_key_actions
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import ORGANISATION, Key
from brik.vault.place import place_of
from brik.vault.providers.provider import provider
from brik.vault.sealing import SealBroken, unseal
from followup.desk.verification import findings
from tests import situations
from tests.custody import FIRST, command, custodians_of_the_run
from tests.moments.clock import Clock
from tests.slips import turns

pytestmark = pytest.mark.django_db

BY = Process("test")
DAYS = 14
ROUND = (Topic.SLEEP, Topic.TEETH, Topic.OTHER)


@pytest.fixture(autouse=True)
def overlap(settings):
    settings.KEY_OVERLAP_DAYS = DAYS


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def custodians(tmp_path, monkeypatch):
    with custodians_of_the_run(tmp_path, monkeypatch) as both:
        yield both


@pytest.fixture
def slip(oslo, health):
    return turns.turned(situations.a_person(at=oslo), Topic.SLEEP)


@pytest.fixture
def service(health):
    """What the vault calls the health service."""
    return Organisation.key_subject(health.pk)


def found(slip):
    return Slip.objects.get(pk=slip.pk)


def sealed_by(slip):
    """The numbers of the organisation's keys that open a slip."""
    name, stored = place_of(slip).shared_key, Key.objects.get(subject=slip.pk)
    twice = provider().unwrap(bytes(stored.wrapped), stored.keeping, slip.pk, stored.key_id)
    once = unseal(keys.key_for(keys.of_person(slip.person_id)), twice, name.bound_to)
    numbers = []
    for number, part in enumerate(organisation_keys.names(name.organisation), start=1):
        try:
            unseal(keys.key_for(part), once, name.bound_to)
        except SealBroken:
            continue
        numbers.append(number)
    return numbers


def states(service):
    return [(key.number, key.state.value) for key in organisation_key_actions.of(service)]


def verify():
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def destroy(*subjects):
    Key.objects.filter(subject__in=subjects).change(destroyed_at=timezone.now(), wrapped=b"")


def mismatches():
    return [mismatch.what for mismatch in findings.mismatches() if mismatch.ids]


def test_in_the_overlap_both_keys_open_and_the_new_one_seals(slip, oslo, service):
    assert organisation_key_actions.replace(service, by=BY) == 2
    newer = turns.turned(situations.a_person(at=oslo), Topic.TEETH)
    assert (sealed_by(found(slip)), sealed_by(found(newer))) == ([1], [2])
    with keys.ring():
        rows = {row.pk: row.topics for row in Slip.objects.filter(organisation=slip.organisation).with_keys()}
    assert rows == {slip.pk: [Topic.SLEEP], newer.pk: [Topic.TEETH]}
    assert states(service) == [(1, "open"), (2, "current")]


def test_a_retired_key_is_destroyed_and_what_it_sealed_opens_with_the_newest(
    slip, oslo, noise, service, custodians, clock
):
    organisation_key_actions.replace(service, by=BY)
    clock.go_on(24 * DAYS)
    assert organisation_key_actions.retire(service, custodians=custodians, by=BY) == (1, 1)
    assert found(slip).topics == [Topic.SLEEP]
    assert found(noise).topics == [Topic.TEETH, Topic.OTHER]
    assert (sealed_by(found(slip)), sealed_by(found(noise))) == ([2], [1])
    assert bytes(Key.objects.get(keeping=ORGANISATION, subject=service).wrapped) == b""
    assert states(service) == [(1, "destroyed"), (2, "current")]
    out = verify()
    assert "slip: 2 rows, 2 fields opened, 0 shredded, 0 wrong" in out
    assert mismatches() == []


def test_with_every_key_of_the_organisation_destroyed_its_slips_are_gone(slip, service):
    organisation_key_actions.replace(service, by=BY)
    destroy(*(name.subject for name in organisation_keys.names(service)))
    with pytest.raises(SealBroken):
        found(slip).content.open()
    assert "slip: 2 rows, 1 fields opened, 1 shredded, 0 wrong" in verify()


def test_a_slip_whose_person_is_erased_holds_up_nothing(slip, oslo, service, custodians, clock):
    other = turns.turned(situations.a_person(at=oslo), Topic.TEETH)
    destroy(slip.person_id)
    organisation_key_actions.replace(service, by=BY)
    clock.go_on(24 * DAYS)
    organisation_key_actions.retire(service, custodians=custodians, by=BY)
    assert found(other).topics == [Topic.TEETH]
    with pytest.raises(SealBroken):
        found(slip).content.open()


def test_a_slip_that_does_not_open_stops_the_retirement(slip, service, custodians, clock):
    organisation_key_actions.replace(service, by=BY)
    clock.go_on(24 * DAYS)
    stored = Key.objects.get(subject=slip.pk)
    Key.objects.filter(pk=stored.pk).change(wrapped=bytes(stored.wrapped)[:-1] + b"\0")
    with pytest.raises(SealBroken):
        organisation_key_actions.retire(service, custodians=custodians, by=BY)
    assert states(service) == [(1, "open"), (2, "current")]


def test_a_key_is_retired_by_both_custodians_and_after_the_overlap_only(slip, service, custodians, clock):
    with pytest.raises(CustodyRefused, match="No key of the organisation is replaced"):
        organisation_key_actions.retire(service, custodians=custodians, by=BY)
    organisation_key_actions.replace(service, by=BY)
    with pytest.raises(CustodyRefused, match="Wait 14 days"):
        organisation_key_actions.retire(service, custodians=custodians, by=BY)
    with pytest.raises(CustodyRefused, match="Wait 180 seconds"):
        organisation_key_actions.retire(service, custodians=custodians, at_once=True, by=BY)
    clock.go_on(1)
    alone = Custodians(Passphrases(FIRST, "noe helt annet enn det"), custodians.backup)
    with pytest.raises(CustodyRefused, match="do not open the backup together"):
        organisation_key_actions.retire(service, custodians=alone, at_once=True, by=BY)
    organisation_key_actions.retire(service, custodians=custodians, at_once=True, by=BY)
    assert states(service) == [(1, "destroyed"), (2, "current")]


def test_one_key_is_exchanged_at_a_time_and_a_first_one_is_made_once(slip, oslo, service):
    with pytest.raises(CustodyRefused, match="has a key already"):
        organisation_key_actions.create(service, by=BY)
    organisation_key_actions.replace(service, by=BY)
    with pytest.raises(CustodyRefused, match="Key 1 is replaced and still opens"):
        organisation_key_actions.replace(service, by=BY)
    other = Organisation.key_subject(turns.health_service(situations.a_unit("Ila fengsel")).pk)
    with pytest.raises(CustodyRefused, match="has no key yet"):
        organisation_key_actions.replace(other, by=BY)
    organisation_key_actions.create(other, by=BY)
    assert states(other) == [(1, "current")]


def test_each_step_is_an_event(slip, service, custodians, clock):
    organisation_key_actions.replace(service, by=BY)
    clock.go_on(24 * DAYS)
    organisation_key_actions.retire(service, custodians=custodians, by=BY)
    first, second = (name.subject for name in organisation_keys.names(service)[:2])
    told = Event.objects.filter(verb=Verb.ORGANISATION_KEY_CHANGED).order_by("pk")
    assert [(event.reason, event.about) for event in told] == [
        (Reason.REPLACED, f"organisation {second}"),
        (Reason.RETIRED, f"organisation {first}"),
    ]


def test_a_turned_page_costs_the_same_before_and_in_an_exchange(oslo, health, service, officer):
    someone = situations.a_person(at=oslo)
    turns.turned(someone, by=officer)

    def queries():
        with keys.ring(), CaptureQueriesContext(connection) as asked:
            turns.turned(someone, Topic.SLEEP, by=officer)
        return len(asked)

    before = queries()
    organisation_key_actions.replace(service, by=BY)
    assert queries() == before


def test_the_command_does_all_of_it(slip, health, custodians, clock, capsys):
    call_command("organisation_key", "replace", health.number)
    clock.go_on(24 * DAYS)
    command("organisation_key", "retire", health.number, f"--backup={custodians.backup}")
    call_command("organisation_key", "list", health.number)
    told = capsys.readouterr().out
    assert "Key 2 seals from now on." in told
    assert "Key 1 is retired and destroyed; 1 rows open with the newest." in told
    assert "1 destroyed since" in told
    with pytest.raises(CommandError, match="no organisation of this number"):
        call_command("organisation_key", "list", "999")


class Exchanges(RuleBasedStateMachine):
    """Keys come and go in any order, and pages are turned in between."""

    def __init__(self):
        super().__init__()
        self.slips = []

    @initialize()
    def begin(self):
        self.health = turns.health_service(situations.a_unit())
        self.unit = self.health.units.get()
        self.service = Organisation.key_subject(self.health.pk)

    @rule()
    def turn(self):
        slip = turns.turned(situations.a_person(at=self.unit), ROUND[len(self.slips) % len(ROUND)])
        self.slips.append((slip, ROUND[len(self.slips) % len(ROUND)]))
        assert sealed_by(slip) == [states(self.service)[-1][0]]

    @rule()
    def replace(self):
        self.attempt(organisation_key_actions.replace)

    @rule()
    def retire(self):
        self.attempt(organisation_key_actions.retire, custodians=self.custodians)

    @rule()
    def wait(self):
        self.clock.go_on(24 * DAYS)

    def attempt(self, action, **more):
        with suppress(CustodyRefused):
            action(self.service, by=BY, **more)

    @invariant()
    def every_slip_opens_and_at_most_two_keys_live(self):
        assert all(found(slip).topics == [topic] for slip, topic in self.slips)
        if self.slips:
            assert [state for _, state in states(self.service) if state != "destroyed"] in (
                ["current"],
                ["open", "current"],
            )


def test_in_any_order_of_exchanges_every_slip_opens(custodians, clock):
    Exchanges.custodians, Exchanges.clock = custodians, clock
    run_state_machine_as_test(Exchanges, settings=properties(max_examples=10, stateful_step_count=15))
