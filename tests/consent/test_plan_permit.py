"""A plan is made and read only under a yes of its own that stands, is the person's last word and was signed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import person_gate
from brik.people.models import LegalStatus
from brik.staff.models import Organisation, OrganisationKind
from brik.vault.codes.row_codes import code_of_row
from consent.evidence import NotProved
from consent.models import ConsentState, Decision, DecisionAnswer, Direction, Step
from consent.proof import covered_and_proved, plan_agreed_and_proved
from consent.record import choices, covers, document_writing, steps
from consent.record.endings import EndCause, end_because
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal import covered_before
from consent.record.withdrawal.actions import Part
from tests import situations
from tests.attacks.sql import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
YES, NO, LATER = DecisionAnswer.PERMIT, DecisionAnswer.DENY, DecisionAnswer.NOT_ASKED


@pytest.fixture
def nav() -> Organisation:
    return situations.an_organisation(OrganisationKind.NAV_STATE)


def take_back(person, scope):
    return withdrawals.withdraw(person, said_at=timezone.now(), scope=scope, by=situations.an_account())


def test_a_yes_to_the_plan_lets_it_be_made_and_read():
    someone = situations.a_person()
    consent = situations.a_consent(someone, plan=YES)
    assert covers.plan_is_agreed(someone)
    permit = plan_agreed_and_proved(someone)
    assert permit is not None
    assert permit.consent_uuid == consent.pk


@pytest.mark.parametrize("answer", [None, NO, LATER])
def test_nothing_else_is_a_yes_to_it(nav, answer):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): YES}, plan=answer)
    assert covers.may_be_mapped(someone)
    assert not covers.plan_is_agreed(someone)
    assert plan_agreed_and_proved(someone) is None


def test_a_yes_to_the_plan_is_no_yes_to_anything_else(nav):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): NO}, mapped=False, plan=YES)
    assert covers.plan_is_agreed(someone)
    assert not covers.may_be_mapped(someone)
    assert covers.covered_themes(someone.pk, nav.pk) == {}
    assert covers.sources_permitted(someone) == []


def test_it_is_taken_back_alone(nav):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): YES}, plan=YES)
    take_back(someone, [Part.plan()])
    assert not covers.plan_is_agreed(someone)
    assert plan_agreed_and_proved(someone) is None
    assert covers.may_be_mapped(someone)
    assert set(covered_and_proved(someone.pk, nav.pk)) == {Theme.BOLIG}


@pytest.mark.parametrize("scope", [[Part.asking()], [Part.sharing(OrganisationKind.NAV_STATE, Theme.BOLIG)]])
def test_taking_something_else_back_leaves_it(nav, scope):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): YES}, plan=YES)
    take_back(someone, scope)
    assert plan_agreed_and_proved(someone) is not None


def test_taking_everything_back_ends_it():
    someone = situations.a_person()
    situations.a_consent(someone, plan=YES)
    take_back(someone, "ALL")
    assert not covers.plan_is_agreed(someone)


def test_a_later_talk_that_does_not_ask_ends_it():
    someone = situations.a_person()
    situations.a_consent(someone, at=timezone.now() - timedelta(days=2), plan=YES)
    situations.a_consent(someone)
    assert not covers.plan_is_agreed(someone)


def test_it_ends_on_its_day_and_at_the_release():
    someone, end = situations.a_person(), timezone.now() + timedelta(hours=1)
    situations.a_consent(someone, plan=YES, until=end)
    assert covers.plan_is_agreed(someone, end - timedelta(seconds=1))
    assert not covers.plan_is_agreed(someone, end)
    someone.current_stay.released_at = timezone.now()
    someone.current_stay.save()
    end_because(someone, cause=EndCause.RELEASED, by=Process("test"))
    ended = Step.objects.filter(person=someone, state=ConsentState.ENDED, effective_at__lte=timezone.now())
    assert Direction.PLAN in set(ended.values_list("direction", flat=True))
    assert not covers.plan_is_agreed(someone)


def test_it_ends_with_the_status_it_was_given_under():
    someone = situations.a_person()
    situations.a_consent(someone, plan=YES, kind=LegalStatus.REMAND)
    assert not covers.plan_is_agreed(someone)


def test_it_stands_still_while_the_gate_of_the_person_is_paused():
    someone = situations.a_person()
    situations.a_consent(someone, plan=YES)
    person_gate.pause(someone.pk)
    assert not covers.plan_is_agreed(someone)


def test_a_row_that_nobody_signed_proves_no_plan():
    someone = situations.a_person()
    consent = situations.a_consent(someone)
    Decision.objects.create(
        person=someone, consent=consent, direction=Direction.PLAN, answer=YES, effective_at=consent.effective_at,
        until=timezone.now() + timedelta(days=365),
    )  # fmt: skip
    assert covers.plan_is_agreed(someone)
    with pytest.raises(NotProved, match="decisions differ"):
        plan_agreed_and_proved(someone)


def test_a_part_of_a_withdrawal_that_is_gone_opens_no_plan():
    someone = situations.a_person()
    situations.a_consent(someone, plan=YES)
    take_back(someone, [Part.plan()])
    as_owner("DELETE FROM consent_decision WHERE person_id = %s AND withdrawal_id IS NOT NULL", someone.pk)
    assert covers.plan_is_agreed(someone)
    with pytest.raises(NotProved, match="a part of a withdrawal is missing"):
        plan_agreed_and_proved(someone)


def test_a_withdrawal_that_is_said_to_be_older_opens_no_plan():
    """Also where the one who changes it has the key of its code."""
    someone = situations.a_person()
    situations.a_consent(someone, plan=YES)
    part = take_back(someone, [Part.plan()]).decisions.get()
    as_owner("UPDATE consent_decision SET effective_at = now() - interval '9 years' WHERE id = %s", part.pk)
    as_owner(
        "UPDATE consent_decision SET code = %s WHERE id = %s", code_of_row(Decision.objects.get(pk=part.pk)), part.pk
    )
    assert covers.plan_is_agreed(someone)
    with pytest.raises(NotProved, match="the plan was taken back"):
        plan_agreed_and_proved(someone)


def test_what_a_withdrawal_ended_is_named_on_its_receipt_and_nothing_else():
    someone, other = situations.a_person(), situations.a_person()
    situations.a_consent(someone, plan=YES)
    situations.a_consent(other)
    for person, planned in ((someone, True), (other, False)):
        of_plan, of_all = (covered_before.of_withdrawal(take_back(person, scope)) for scope in ([Part.plan()], "ALL"))
        assert (of_plan.planned, of_plan.mapped, of_plan.asked, of_plan.shared) == (planned, False, False, {})
        assert (of_all.planned, of_all.mapped) == (False, True)


def test_a_plan_has_no_recipient_and_no_theme(nav):
    someone = situations.a_person()
    consent = situations.a_consent(someone)
    row = {"person": someone, "consent": consent, "direction": Direction.PLAN, "answer": NO}
    with pytest.raises(IntegrityError, match="decision_fits_its_direction"), transaction.atomic():
        Decision.objects.create(**row, effective_at=timezone.now(), theme=Theme.BOLIG)
    with pytest.raises(IntegrityError, match="decision_fits_its_direction"), transaction.atomic():
        Decision.objects.create(**row, effective_at=timezone.now(), organisation=nav, recipient_kind=nav.kind)


@pytest.mark.parametrize(("plan", "outcome"), [(YES, ConsentState.GIVEN), (NO, ConsentState.PARTLY_GIVEN)])
def test_the_document_says_what_was_decided_about_it(plan, outcome):
    chosen = choices.Choices(language="nb", talk={}, informed=(), mapping=steps.YES, asking=LATER, plan=plan)
    [row] = [row for row in document_writing.decisions(chosen, at=timezone.now()) if row["direction"] == Direction.PLAN]
    assert (row["answer"], row["theme"], row["recipient_kind"], bool(row["until"])) == (plan, "", "", plan == YES)
    assert chosen.outcome == outcome
