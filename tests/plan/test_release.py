"""Nobody is released into nothing unseen: in the transaction of a release every open need is ended, and only by it."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.arrivals.timeline.stay_effects import EffectKind, StayEffect
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle
from brik.people.models import LegalStatus, Person, Stay
from brik.staff.models import Role
from brik.vault.models import INTERVIEW, Key
from followup.desk import receiving, stay_changes
from followup.plan import actions
from followup.plan.models import Need, NeedState
from tests import situations
from tests.arrivals import samples
from tests.plan.needs import HOUSING, confirmed, entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
RELEASED = "2026-06-01T09:00"


@pytest.fixture
def number():
    return situations.a_number()


@pytest.fixture
def arrived(number):
    """Somebody whom a message told of, with two open needs, one met and one declined; the mapper."""
    person = receiving.receive(samples.arrival(number, message_id="inn"), by=BY).person
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    interview = situations.a_signed_off_interview(mapper, person, **HOUSING)
    confirmed(interview, by=mapper)
    entered(interview, Theme.RUS, by=mapper)
    actions.meet(entered(interview, Theme.ARBEID, by=mapper), version=1, by=mapper)
    actions.decline(entered(interview, Theme.FRITID, by=mapper), present=True, version=1, by=mapper)
    return person, mapper, interview


def states(person) -> dict[Theme, str]:
    return {need.opened.theme: need.state for need in Need.objects.filter(person=person)}


AT_RELEASE = {
    Theme.BOLIG: NeedState.NOT_MET,
    Theme.RUS: NeedState.NOT_MET,
    Theme.ARBEID: NeedState.MET,
    Theme.FRITID: NeedState.DECLINED,
}


def test_a_release_finds_two_needs_open(arrived, number, noise):
    """Story 7. The message itself ends them, names nobody as the one who did, and touches nobody else's."""
    person, _, _ = arrived
    receiving.receive(samples.release(number, released=RELEASED, at="2026-06-01"), by=BY)
    assert states(person) == AT_RELEASE
    ended = Need.objects.filter(person=person, state=NeedState.NOT_MET)
    assert {need.moved_by for need in ended} == {None}
    moved = Event.objects.filter(verb=Verb.NEED_MOVED, subject=person.pk, reason="need_not_met")
    assert {event.actor for event in moved} == {BY.actor_id}
    assert moved.count() == 2
    noise.refresh_from_db()
    assert noise.state == NeedState.OPEN


def test_the_end_at_release_asks_for_no_consent_and_no_key(arrived, number):
    """Consent withdrawn and the words destroyed before: the need ends all the same."""
    person, mapper, interview = arrived
    lifecycle.close_gate(person, reason="withdrawn", by=mapper, readable_until=timezone.now())
    situations.destroy_keys(Key.objects.filter(keeping=INTERVIEW, subject=interview.pk))
    receiving.receive(samples.release(number, released=RELEASED, at="2026-06-01"), by=BY)
    assert not Need.objects.filter(person=person).open().exists()
    assert Need.objects.filter(person=person, state=NeedState.NOT_MET).count() == 2


def test_a_release_that_was_none_lets_them_stand_again(arrived, number):
    person, _, _ = arrived
    release = samples.release(number, released=RELEASED, at="2026-06-01", message_id="ut")
    receiving.receive(release, by=BY)
    receiving.receive(samples.deletion("ut"), message_id="slett", by=BY)
    assert states(person) == AT_RELEASE | {Theme.BOLIG: NeedState.OPEN, Theme.RUS: NeedState.OPEN}
    bolig = next(need for need in Need.objects.filter(person=person) if need.opened.theme is Theme.BOLIG)
    assert [row.state for row in bolig.history.order_by("history_id")] == [
        NeedState.OPEN,
        NeedState.NOT_MET,
        NeedState.OPEN,
    ]


def test_a_stay_that_was_none_takes_its_needs_with_it(arrived):
    person, _, _ = arrived
    receiving.receive(samples.deletion("inn"), message_id="slett", by=BY)
    assert not Need.objects.filter(person=person).open().exists()
    assert Need.objects.filter(person=person, state=NeedState.IN_ERROR).count() == 2


def test_another_status_lets_the_needs_of_the_one_before_fall_away(arrived):
    person, _, _ = arrived
    Stay.objects.filter(person=person).change(legal_status=LegalStatus.REMAND)
    end(person, EffectKind.STATUS_CHANGED)
    assert Need.objects.filter(person=person, state=NeedState.LAPSED).count() == 2


def test_a_transfer_leaves_them_as_they_are(arrived):
    person, mapper, _ = arrived
    agder = situations.a_unit("Agder fengsel")
    Stay.objects.filter(person=person).change(unit=agder)
    end(person, EffectKind.TRANSFERRED)
    assert Need.objects.filter(person=person).open().count() == 2
    assert not Need.objects.visible_to(mapper).filter(person=person).exists()
    assert Need.objects.visible_to(situations.an_account(at=agder)).filter(person=person).count() == 4


def test_a_need_that_was_changed_past_us_holds_up_no_release(arrived, number):
    person, _, _ = arrived
    need = Need.objects.filter(person=person).open().first()
    situations.forge(need, reason="noe annet")
    receiving.receive(samples.release(number, released=RELEASED, at="2026-06-01"), by=BY)
    need.refresh_from_db()
    assert need.state == NeedState.OPEN
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, object_id=str(need.pk)).exists()
    assert Need.objects.filter(person=person, state=NeedState.NOT_MET).count() == 1


def end(person, kind):
    fresh = Person.objects.select_related("current_stay").get(pk=person.pk)
    stay_changes.end(StayEffect(fresh, kind, fresh.current_stay.arrived_at), by=BY)


def release(person):
    Stay.objects.filter(person=person).change(released_at=timezone.now())
    end(person, EffectKind.RELEASED)


def withdraw(person):
    lifecycle.close_gate(person, reason="withdrawn", by=BY, readable_until=timezone.now())


def transfer(person):
    units = [situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")]
    here = Stay.objects.get(person=person)
    here.unit = next(unit for unit in units if unit != here.unit)
    here.save()
    end(person, EffectKind.TRANSFERRED)


MOVES = [release, withdraw, transfer]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    themes=st.lists(st.sampled_from([*Theme]), unique=True, max_size=4),
    moves=st.lists(st.sampled_from(MOVES), max_size=4),
)
def test_after_a_release_no_need_is_without_an_end_whatever_came_before(db, themes, moves):
    mapper = situations.an_account()
    interview = situations.a_signed_off_interview(mapper)
    person = interview.person
    for theme in themes:
        entered(interview, theme, by=mapper)
    for move in moves:
        move(person)
    assert Need.objects.filter(person=person).count() == len(themes)
    is_open = Need.objects.filter(person=person).open().count()
    assert is_open == (0 if release in moves else len(themes))
    if release in moves:
        assert not Need.objects.filter(person=person).exclude(state=NeedState.NOT_MET).exists()
