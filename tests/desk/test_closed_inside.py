"""What has ended is closed inside too, at the moment it ends and whatever came first; only the desk for insight reads."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.arrivals.timeline.stay_effects import EffectKind, StayEffect
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.pages.interview_lookup import find
from brik.mapping.record import actions, lifecycle, reading, sections
from brik.mapping.record.closed_work import Notice, NoticeKind
from brik.mapping.record.refusals import InterviewRefusal
from brik.mapping.record.states import SIGNED_OFF
from brik.pages.refusal import Refused
from brik.people.models import LegalStatus, Person, Stay
from brik.staff.models import Role
from brik.vault import keys
from consent.record import endings
from consent.record.choices import MAPPING_MONTHS, end_of, last_day
from followup.desk import actions as desk
from followup.desk import following, jobs, stay_changes
from followup.sharing import jobs as sharing_jobs
from tests import situations
from tests.examples import tries
from tests.situations.interview import HOUSING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
INTAKE = Process("intake")
SPAN = timedelta(days=14)


class Clock:
    """The moment it is now, for everything that asks Django."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def pass_days(self, days):
        self.now += timedelta(days=days)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture(scope="module")
def talked(module_db):
    """Somebody with a finished interview after a talk; the mapper; and the desk for insight."""
    situations.publish_texts()
    with keys.ring():
        by, someone = situations.a_mapper_and_a_person()
        situations.a_signed_consent(someone, by)
        mapping = actions.begin(Mapping.objects.get(person=someone), by=by)
        sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)
        actions.sign_off(mapping, by=by)
        return by, mapping.pk, situations.an_account(Role.INSIGHT)


def reads(user, pk):
    """Whether the mapper's pages show the words."""
    return find(user, pk).state in SIGNED_OFF


def finds(user, pk):
    try:
        return find(user, pk).state == InterviewState.RESTRICTED
    except Http404:
        return False


def release(person, at):
    Stay.objects.filter(person=person).change(released_at=at)
    end(person, EffectKind.RELEASED)


def change_status(person, at):
    Stay.objects.filter(person=person).change(legal_status=LegalStatus.REMAND)
    end(person, EffectKind.STATUS_CHANGED)


def end(person, kind):
    fresh = Person.objects.select_related("current_stay").get(pk=person.pk)
    stay_changes.end(StayEffect(fresh, kind, fresh.current_stay.arrived_at), by=INTAKE)


def end_the_basis(person, at):
    basis = person.consents.latest("effective_at").legal_basis
    if basis.until is None:
        endings.end_basis(basis.kind, basis.regulation, on=timezone.localdate(at), by=INTAKE)


def withdraw(person, at):
    desk.withdraw(person, what=("alt",), said_at=at, by=situations.an_account())


def sweep(person):
    following.carry_out(person.pk, by=INTAKE)
    for job in (sharing_jobs.end_by_time, jobs.restrict_ended):
        job(0)


# What each move leaves of the time to read; the end of the basis comes at the beginning of the day.
ENDS = {
    release: lambda at: at + SPAN,
    change_status: lambda at: at + SPAN,
    end_the_basis: lambda at: at,
    withdraw: lambda at: at,
}


@settings(max_examples=tries(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.one_of(st.sampled_from([*ENDS, sweep]), st.integers(1, 200)), max_size=6))
def test_nobody_reads_after_the_earliest_end_whatever_came_first(talked, clock, moves):
    by, pk, insight = talked
    began = clock.now
    with transaction.atomic():
        person = Mapping.objects.get(pk=pk).person
        said = person.consents.get().effective_at
        until = end_of(last_day(said, MAPPING_MONTHS)) + SPAN
        for move in moves:
            if isinstance(move, int):
                clock.pass_days(move)
            elif move is sweep:
                sweep(person)
            else:
                move(person, clock.now)
                until = min(until, ENDS[move](clock.now))
            assert reads(by, pk) == (clock.now < until)
            assert finds(insight, pk) == (clock.now >= until)
        sweep(person)
        assert (Mapping.objects.get(pk=pk).state == InterviewState.RESTRICTED) == (clock.now >= until)
        transaction.set_rollback(True)
    clock.now = began


def test_the_end_of_a_legal_basis_is_known_before_its_day_comes(talked, clock):
    by, pk, _insight = talked
    basis = Mapping.objects.get(pk=pk).person.consents.get().legal_basis
    day = timezone.localdate() + timedelta(days=30)
    endings.end_basis(basis.kind, basis.regulation, on=day, by=INTAKE)
    clock.pass_days(29)
    assert reads(by, pk)
    endings.end_basis(basis.kind, basis.regulation, on=day + timedelta(days=10), by=INTAKE)
    clock.pass_days(5)
    assert reads(by, pk)
    clock.pass_days(7)
    assert not reads(by, pk)
    assert lifecycle.latest_final(Mapping.objects.get(pk=pk).person) is None


def test_the_sweep_restricts_with_an_event_once_and_leaves_others_alone(talked, clock):
    _by, pk, _insight = talked
    noise = situations.a_signed_off_interview(situations.an_account(at=situations.a_unit("Agder fengsel")))
    Mapping.objects.filter(pk=pk).change(readable_until=clock.now)
    jobs.restrict_ended(0)
    jobs.restrict_ended(0)
    assert Mapping.objects.get(pk=pk).state == InterviewState.RESTRICTED
    assert Mapping.objects.get(pk=noise.pk).state == InterviewState.FINAL
    assert Event.objects.filter(verb=Verb.MAPPING_RESTRICTED, object_id=str(pk)).count() == 1


def test_an_open_interview_is_closed_when_its_time_to_be_read_ends(clock):
    by = situations.an_account()
    mapping = situations.an_interview(by, days=1)
    clock.pass_days(2)
    assert find(by, mapping.pk).state == InterviewState.DRAFT
    clock.pass_days(14)
    assert find(by, mapping.pk).state == InterviewState.CLOSED
    jobs.restrict_ended(0)
    assert Mapping.objects.get(pk=mapping.pk).state == InterviewState.CLOSED


@pytest.fixture
def begun():
    """An interview with answers that is not signed off, under a yes that stands; its mapper."""
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by)
    mapping = actions.begin(Mapping.objects.get(person=someone), by=by)
    sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)
    return by, mapping


def test_an_interview_that_is_not_finished_in_time_is_closed_and_another_may_be_held(begun, clock):
    by, mapping = begun
    assert mapping.last_day == timezone.localdate(clock.now + timedelta(days=89))
    clock.pass_days(89)
    jobs.restrict_ended(0)
    assert find(by, mapping.pk).state == InterviewState.DRAFT
    clock.pass_days(1)
    assert find(by, mapping.pk).state == InterviewState.CLOSED
    for change in (
        lambda: sections.save_section(mapping, area="D", answers={}, version=0, by=by),
        lambda: actions.sign_off(mapping, by=by),
        lambda: actions.take_over(mapping, by=by),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.why == InterviewRefusal.LEFT_UNFINISHED
    jobs.restrict_ended(0)
    jobs.restrict_ended(0)
    left, anew = Mapping.objects.filter(person=mapping.person).order_by("created_at")
    assert (left.state, left.gate_open, anew.state) == (InterviewState.CLOSED, False, InterviewState.READY)
    assert Notice.objects.get(mapping=left).kind == NoticeKind.LEFT_UNFINISHED
    assert Event.objects.get(verb=Verb.MAPPING_CLOSED, object_id=str(left.pk)).reason == Reason.LEFT_UNFINISHED
    again = actions.begin(anew, by=by)
    sections.save_section(again, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)


def test_a_correction_that_is_left_lying_is_closed_and_what_it_corrects_stands(begun, clock):
    by, mapping = begun
    final = actions.sign_off(mapping, by=by)
    correction = actions.correct(final, reason="Feil bosted", by=by)
    clock.pass_days(90)
    jobs.restrict_ended(0)
    assert Mapping.objects.get(pk=correction.pk).state == InterviewState.CLOSED
    assert lifecycle.latest_final(mapping.person) == final
    assert Mapping.objects.filter(person=mapping.person).count() == 2


def test_an_interview_left_lying_after_a_no_is_only_closed(begun, clock):
    _by, mapping = begun
    withdraw(mapping.person, clock.now)
    clock.pass_days(91)
    sweep(mapping.person)
    assert [row.state for row in Mapping.objects.filter(person=mapping.person)] == [InterviewState.CLOSED]


def test_an_ended_interview_is_not_shown_beside_a_new_one(clock):
    by = situations.an_account()
    old = situations.a_signed_off_interview(by)
    again = actions.renew(old, by=by)
    assert reading.earlier(again) == old
    Mapping.objects.filter(pk=old.pk).change(readable_until=clock.now)
    assert reading.earlier(again) is None
