"""Withdrawal wins from when it is noted, and looks the same whether or not there was anything to take back."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.mapping.models import InterviewState as MappingState
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.people.models import LegalStatus, Person
from brik.staff.models import OrganisationKind, Role, Staff
from brik.vault import keys
from consent.models import (
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    LegalBasis,
    Step,
    Talk,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.record import covers, endings
from consent.record.document import opened
from consent.record.endings import EndCause, due, ended_by_time
from consent.record.receipt import SharedOutside
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from consent.texts import catalogue as texts
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]
NAV, KODA, HEALTH = OrganisationKind.NAV_STATE, OrganisationKind.CASE_SYSTEM, OrganisationKind.HEALTH
SCHOOL = OrganisationKind.SCHOOL
INTAKE = Process("intake")


@pytest.fixture(scope="module")
def beginning(published):
    with keys.ring():
        by, someone = situations.a_mapper_and_a_person()
        situations.a_signed_consent(
            someone,
            by,
            share={NAV: [Theme.BOLIG, Theme.ARBEID], HEALTH: [Theme.HELSE]},
            sources=[{"name": "Broren min", "themes": ["BOLIG"]}],
        )
        return by.pk, someone.pk


@pytest.fixture
def given(beginning, db):
    """A mapper, and somebody who has said yes to this and that."""
    return Staff.objects.get(pk=beginning[0]), Person.objects.get(pk=beginning[1])


def covered(someone, organisations, kind=NAV, at=None):
    return set(covers.covered_themes(someone.pk, organisations[kind].pk, at=at))


def test_taking_back_everything_ends_it_from_when_it_is_noted(given, organisations):
    by, someone = given
    said = timezone.now()
    later = said + timedelta(minutes=5)
    withdrawals.withdraw(someone, said_at=said, scope="ALL", by=by)
    noted = Step.objects.get(person=someone, state=ConsentState.WITHDRAWN).effective_at
    assert covered(someone, organisations, at=noted - timedelta(microseconds=1)) == {Theme.BOLIG, Theme.ARBEID}
    assert covered(someone, organisations, at=noted) == covered(someone, organisations, at=later) == set()
    assert not covers.may_be_mapped(someone)
    assert Mapping.objects.select_related("person__gate").get(person=someone).as_shown().state == MappingState.CLOSED
    withdrawals.end_interviews(someone, by=by)
    assert Mapping.objects.get(person=someone).state == MappingState.CLOSED


@pytest.mark.parametrize("scope", ["ALL", [Part.sharing(NAV, Theme.BOLIG)]])
@pytest.mark.parametrize("ago", [timedelta(), timedelta(hours=2), timedelta(days=30)])
def test_what_stands_is_ended_even_when_it_was_said_before_the_talk(organisations, scope, ago):
    by, someone = situations.a_mapper_and_a_person()
    said = timezone.now() - ago
    situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]})
    noted = withdrawals.withdraw(someone, said_at=said, scope=scope, by=by)
    assert covered(someone, organisations) == set()
    assert noted.said_at == said
    assert covers.may_be_mapped(someone) is (scope != "ALL")


def test_a_talk_recorded_by_a_clock_that_is_ahead_is_ended_too(organisations):
    by, someone = situations.a_mapper_and_a_person()
    soon = timezone.now() + timedelta(minutes=1)
    situations.a_consent(someone, at=soon, answers={(organisations[NAV], Theme.BOLIG): DecisionAnswer.PERMIT})
    withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    assert covered(someone, organisations, at=soon + timedelta(hours=1)) == set()


def test_taking_back_a_part_leaves_the_rest(given, organisations):
    by, someone = given
    part = [Part.sharing(NAV, Theme.BOLIG)]
    withdrawals.withdraw(someone, said_at=timezone.now(), scope=part, by=by)
    assert covered(someone, organisations) == {Theme.ARBEID}
    assert covered(someone, organisations, HEALTH) == {Theme.HELSE}
    assert covers.may_be_mapped(someone)
    assert covers.sources_permitted(someone)


def test_taking_back_that_others_may_be_asked_reaches_the_interview(given):
    by, someone = given
    withdrawals.withdraw(someone, said_at=timezone.now(), scope=[Part.asking()], by=by)
    assert covers.sources_permitted(someone) == []
    assert Mapping.objects.get(person=someone).sources_now == {}
    withdrawals.end_interviews(someone, by=by)
    mapping = Mapping.objects.get(person=someone)
    assert (mapping.gate_open, mapping.sources.open()) == (True, {})


def test_a_withdrawal_is_recorded_even_when_there_was_nothing():
    by, someone = situations.a_mapper_and_a_person()
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    assert Withdrawal.objects.get() == noted
    assert Event.objects.filter(verb=Verb.WITHDRAWAL_NOTED, subject=someone.pk).count() == 1


@pytest.mark.parametrize("scope", ["ALL", [Part.sharing(NAV, Theme.BOLIG), Part.sharing(HEALTH, Theme.RUS)]])
def test_a_withdrawal_costs_the_same_whether_or_not_there_is_a_consent(scope):
    by = situations.an_account(Role.DECIDER)
    mapper = situations.an_account()
    said_yes, said_no, never_asked = (situations.a_person() for _ in range(3))
    situations.a_signed_consent(said_yes, mapper, share={NAV: [Theme.BOLIG]})
    situations.a_signed_consent(said_no, mapper, mapping="NEI")
    costs = []
    for someone in (said_yes, said_no, never_asked):
        rows = Step.objects.count()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            withdrawals.withdraw(someone, said_at=timezone.now(), scope=scope, by=by)
        own = [
            query["sql"].split(" VALUES")[0]
            for query in queries
            if '"consent_' in query["sql"] or '"audit_' in query["sql"]
        ]
        own = [sql for sql in own if "mapping" not in sql]
        kept = [sql for sql in own if not sql.startswith('INSERT INTO "audit_event"')]
        costs.append((len(kept), Step.objects.count() - rows))
        del by.__dict__["current_posts"]
    assert costs[0] == costs[1] == costs[2]


def test_nothing_can_be_taken_back_in_the_future_or_by_somebody_of_another_unit(given):
    by, someone = given
    with pytest.raises(Refused):
        withdrawals.withdraw(someone, said_at=timezone.now() + timedelta(minutes=2), scope="ALL", by=by)
    with pytest.raises(Refused):
        withdrawals.withdraw(someone, said_at=timezone.now() - timedelta(days=365), scope="ALL", by=by)
    with pytest.raises(Refused):
        withdrawals.withdraw(someone, said_at=timezone.now(), scope=[], by=by)
    elsewhere = situations.an_account(at=situations.a_unit("Agder fengsel"))
    with pytest.raises(PermissionDenied):
        withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=elsewhere)
    assert not Withdrawal.objects.exists()


def said_on(receipt):
    return [block["text"] for block in opened(receipt).blocks]


def test_the_receipt_tells_what_was_out_in_the_language_of_the_person(organisations):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]}, language="en")
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope=[Part.sharing(NAV, Theme.BOLIG)], by=by)
    day = date(2026, 5, 3)
    out = [
        SharedOutside("Oslo skole", OrganisationKind.SCHOOL, (Theme.UTDANNING,), day, sent=True, late=True),
        SharedOutside("NAV (statlig)", NAV, (Theme.BOLIG, Theme.ARBEID), day, sent=False, rest=(Theme.ARBEID,)),
    ]
    receipt = withdrawals.write_receipt(noted, out=out, unsure=True, by=by)
    lines = said_on(receipt)
    body = texts.current(LegalStatus.CONVICTED)["en"].body
    kinds, words = body["kinds"], body["withdrawal"]
    at = lines.index(words["out"])
    # Who reads with us is shut out; who got a copy is asked to delete it.
    assert lines[at + 1 : at + 3] == [
        f"{kinds[NAV]} – \u2066NAV (statlig)\u2069, 3 May 2026 – Housing, Work. {words['out_shut']}",
        f"{kinds[SCHOOL]} – \u2066Oslo skole\u2069, 3 May 2026 {words['after']} – School. {words['out_asked']}",
    ]
    [rest] = [line for line in lines if "NAV (statlig)" in line and line != lines[at + 1]]
    assert "Work" in rest
    assert "Housing" not in rest
    assert words["unsure"] in lines
    assert withdrawals.write_receipt(noted, out=[], by=by) == receipt


@pytest.mark.parametrize("language", languages.CODES)
def test_an_organisation_keeps_its_norwegian_name_on_the_receipt_in_every_language(organisations, language):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]}, language=language)
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    out = [SharedOutside("NAV (statlig)", NAV, (Theme.BOLIG,), date(2026, 5, 3), sent=False)]
    told = [line for line in said_on(withdrawals.write_receipt(noted, out=out, by=by)) if "NAV" in line]
    # What stood is told by its kind, what was out by the organisation that has it.
    assert [line.count("NAV (statlig)") for line in told] == [0, 1]


def test_the_receipt_lists_what_stood_in_a_fixed_order_and_nothing_that_was_never_agreed_to(organisations):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share={NAV: [Theme.ARBEID, Theme.BOLIG], HEALTH: [Theme.HELSE]})
    everything = [Part.sharing(kind, theme) for kind in (HEALTH, NAV, SCHOOL) for theme in reversed(Theme)]
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope=everything, by=by)
    lines = said_on(withdrawals.write_receipt(noted, out=[], by=by))
    at = lines.index("Dette gjelder ikke lenger")
    assert lines[at + 1 : at + 3] == ["NAV: jobb og trygd – Bolig, Arbeid", "Helsetjenesten – Helse"]
    assert "Skolen" not in " ".join(lines)
    again = withdrawals.withdraw(someone, said_at=timezone.now(), scope=everything, by=by)
    assert "Ingenting. Det var ikke noe som gjaldt." in said_on(withdrawals.write_receipt(again, out=[], by=by))


def test_the_receipt_of_taking_back_everything_lists_all_that_stood(organisations):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(
        someone, by, share={NAV: [Theme.BOLIG]}, sources=[{"name": "Broren min", "themes": ["BOLIG"]}]
    )
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    lines = said_on(withdrawals.write_receipt(noted, out=[], by=by))
    at = lines.index("Dette gjelder ikke lenger")
    assert lines[at + 1 : at + 4] == [
        "Å være med på samtalen",
        "At vi spør andre",
        "NAV: jobb og trygd – Bolig",
    ]


@pytest.mark.parametrize("what", ["ALL", [Part.sharing(NAV, Theme.BOLIG)], [Part.asking()]])
def test_the_receipt_has_the_same_parts_where_there_was_nothing(organisations, what):
    by, someone = situations.a_mapper_and_a_person()
    nobody = situations.a_person(at=someone.current_stay.unit)
    situations.a_signed_consent(
        someone, by, share={NAV: [Theme.BOLIG]}, sources=[{"name": "Broren min", "themes": ["BOLIG"]}]
    )
    shapes = []
    for one in (someone, nobody):
        noted = withdrawals.withdraw(one, said_at=timezone.now(), scope=what, by=by)
        lines = [
            re.sub(r"kl\. \d\d\.\d\d", "kl.", line) for line in said_on(withdrawals.write_receipt(noted, out=[], by=by))
        ]
        assert lines.pop(0) == one.name
        shapes.append([line for line in lines if not line.startswith(("Å være", "At vi", "NAV", "Ingenting."))])
        assert "Ingenting var delt." in lines
    assert shapes[0] == shapes[1]


def test_what_a_clock_that_is_ahead_has_written_is_on_the_receipt_too(organisations):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]})
    ahead = timezone.now() + timedelta(minutes=3)
    Decision.objects.create(
        person=someone,
        consent=consent,
        direction=Direction.DISCLOSE,
        organisation=organisations[NAV],
        recipient_kind=NAV,
        theme=Theme.ARBEID,
        answer=DecisionAnswer.PERMIT,
        effective_at=ahead,
        until=ahead + timedelta(days=9),
    )
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    assert "NAV: jobb og trygd – Bolig, Arbeid" in said_on(withdrawals.write_receipt(noted, out=[], by=by))


def test_a_receipt_is_written_also_when_nothing_was_ever_decided_or_published():
    by, someone = situations.a_mapper_and_a_person()
    someone.current_stay.legal_status = LegalStatus.NOT_MAPPED_HERE
    someone.current_stay.save()
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    assert opened(withdrawals.write_receipt(noted, out=[], by=by)).title


def test_receipts_are_not_shown_to_those_who_decide_or_lead(given):
    by, someone = given
    decider, leader = situations.an_account(Role.DECIDER), situations.an_account(Role.LEADER)
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=decider)
    receipt = withdrawals.write_receipt(noted, out=[], by=decider)
    assert list(WithdrawalReceipt.objects.visible_to(by)) == [receipt]
    for user in (
        decider,
        leader,
        situations.an_account(Role.CONTACT_OFFICER),
        situations.an_account(at=situations.a_unit("Agder")),
    ):
        assert not WithdrawalReceipt.objects.visible_to(user).exists()


def release(someone, at):
    someone.current_stay.released_at = at
    someone.current_stay.save()


def test_release_stops_the_mapping_at_once_and_the_reading_after_three_months(given, organisations):
    _, someone = given
    released = timezone.now()
    release(someone, released)
    for _ in range(2):
        endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    assert not covers.may_be_mapped(someone)
    assert covers.sources_permitted(someone) == []
    assert covered(someone, organisations) == {Theme.BOLIG, Theme.ARBEID}
    assert covered(someone, organisations, at=released + timedelta(days=89)) == {Theme.BOLIG, Theme.ARBEID}
    assert covered(someone, organisations, at=released + timedelta(days=90)) == set()
    assert Step.objects.filter(cause=EndCause.RELEASED).count() == 4
    assert Mapping.objects.get(person=someone).state == MappingState.CLOSED


def test_a_new_talk_after_a_return_is_not_ended_by_the_old_release(given, organisations):
    by, someone = given
    released = timezone.now()
    release(someone, released)
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    come_back(someone)
    situations.a_signed_consent(someone, by, share={NAV: [Theme.ARBEID]})
    assert covered(someone, organisations, at=released + timedelta(days=91)) == {Theme.ARBEID}


def come_back(someone):
    stay = someone.current_stay
    stay.arrived_at, stay.released_at = timezone.now(), None
    stay.save()


def test_a_release_told_late_does_not_end_what_was_decided_after_the_return(given, organisations):
    by, someone = given
    released = timezone.now()
    come_back(someone)
    situations.a_signed_consent(someone, by, share={NAV: [Theme.ARBEID]})
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    assert covers.may_be_mapped(someone)
    assert covered(someone, organisations, at=released + timedelta(days=91)) == {Theme.ARBEID}


def test_a_new_legal_status_ends_everything_and_leaves_the_open_talk(given, organisations):
    by, someone = given
    talk = situations.a_talk(someone, by)
    endings.end_because(someone, cause=EndCause.STATUS_CHANGED, by=INTAKE)
    assert covered(someone, organisations) == set()
    talk.refresh_from_db()
    assert (talk.state, talk.answers, talk.scan) == ("AVBRUTT", None, None)


def test_a_new_legal_status_overtakes_the_end_that_lay_ahead(given, organisations):
    _, someone = given
    release(someone, timezone.now())
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    endings.end_because(someone, cause=EndCause.STATUS_CHANGED, by=INTAKE)
    assert covered(someone, organisations) == set()


def test_a_deleted_stay_means_that_nothing_of_it_ever_held(given, organisations):
    _, someone = given
    consent = Consent.objects.get()
    assert endings.end_because(someone, cause=EndCause.STAY_DELETED, by=INTAKE) == [consent]
    assert covered(someone, organisations, at=consent.effective_at) == set()
    assert consent.steps.last().state == ConsentState.IN_ERROR
    assert Mapping.objects.get(person=someone).state == MappingState.IN_ERROR


def test_time_that_has_run_out_is_written_down_once(given):
    _, someone = given
    assert endings.end_because(someone, cause=EndCause.EXPIRED, by=INTAKE) == []
    later = timezone.now() + timedelta(days=400)
    assert list(ended_by_time(later)) == [(someone.pk, EndCause.EXPIRED)]
    assert endings.end_because(someone, cause=EndCause.EXPIRED, by=INTAKE, at=later)
    assert list(ended_by_time(later)) == []
    assert endings.end_because(someone, cause=EndCause.EXPIRED, by=INTAKE, at=later) == []


def test_the_end_of_a_legal_basis_ends_the_consents_that_stood_on_it(given, organisations):
    _, someone = given
    assert endings.end_because(someone, cause=EndCause.BASIS_ENDED, by=INTAKE) == []
    LegalBasis.objects.change(until=timezone.localdate())
    assert list(ended_by_time()) == [(someone.pk, EndCause.BASIS_ENDED)]
    assert endings.end_because(someone, cause=EndCause.BASIS_ENDED, by=INTAKE)
    assert list(ended_by_time()) == []
    assert Mapping.objects.get(person=someone).gate_open is False


def test_nothing_ends_for_somebody_who_never_decided():
    someone = situations.a_person()
    assert endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE) == []
    assert not Step.objects.filter(person=someone).exists()
    assert not Talk.objects.filter(person=someone).exists()


def test_time_has_nothing_more_to_end_for_somebody_who_took_everything_back(given):
    by, someone = given
    withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    assert list(ended_by_time(timezone.now() + timedelta(days=400))) == []


@pytest.mark.parametrize("cause", [EndCause.RELEASED, EndCause.STATUS_CHANGED, EndCause.STAY_DELETED])
def test_what_is_told_of_is_never_asked_of_time(cause):
    with pytest.raises(ValueError, match=cause):
        due(cause, timezone.now())


def test_a_talk_held_before_the_message_about_the_release_came_is_ended_by_it_too(given, organisations):
    _, someone = given
    released = someone.consents.get().effective_at - timedelta(hours=1)
    someone.current_stay.released_at = released
    someone.current_stay.save()
    endings.end_because(someone, cause=EndCause.RELEASED, by=INTAKE)
    over = released + endings.AFTER_RELEASE
    assert covered(someone, organisations, at=over - timedelta(hours=1)) == {Theme.BOLIG, Theme.ARBEID}
    assert covered(someone, organisations, at=over) == set()
    assert not covers.may_be_mapped(Person.objects.get(pk=someone.pk))
