"""What holds now follows from the rows, at the moment of asking."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import person_gate
from brik.people.models import LegalStatus
from brik.staff.models import Organisation, OrganisationKind
from consent.models import (
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    LegalBasis,
    Step,
    Withdrawal,
    WithdrawalSaid,
)
from consent.record import covers, recipients
from consent.record.endings import EndCause, ended_by_time
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def nav():
    return situations.an_organisation()


def test_a_permitted_theme_is_covered_and_no_other(nav):
    someone = situations.a_person()
    row = situations.a_consent(
        someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (nav, Theme.RUS): DecisionAnswer.DENY}
    )
    found = covers.covered_themes(someone.pk, nav.pk)
    assert set(found) == {Theme.BOLIG}
    assert found[Theme.BOLIG].consent_uuid == row.pk
    assert not covers.covers(someone.pk, nav.pk, Theme.RUS)
    assert not covers.covers(someone.pk, nav.pk, Theme.HELSE)


def test_another_persons_consent_and_another_recipient_cover_nothing(nav):
    someone, noise = situations.a_person(), situations.a_person(at=situations.a_unit("Agder fengsel"))
    situations.a_consent(noise, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    situations.a_consent(someone, answers={(situations.an_organisation(), Theme.BOLIG): DecisionAnswer.PERMIT})
    assert covers.covered_themes(someone.pk, nav.pk) == {}


def test_silence_expires(nav):
    someone, end = situations.a_person(), timezone.now() + timedelta(hours=1)
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT}, until=end)
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG, at=end - timedelta(seconds=1))
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG, at=end)
    assert list(ended_by_time(end)) == [(someone.pk, EndCause.EXPIRED)]


def test_a_newer_consent_decides_and_leaves_nothing_of_the_older(nav):
    someone, other = situations.a_person(), situations.an_organisation()
    before = timezone.now() - timedelta(days=2)
    situations.a_consent(
        someone,
        at=before,
        answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (other, Theme.RUS): DecisionAnswer.PERMIT},
    )
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.DENY})
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG, at=before)
    assert covers.covered_many([(someone.pk, nav.pk), (someone.pk, other.pk)]) == {
        (someone.pk, nav.pk): {},
        (someone.pk, other.pk): {},
    }


def test_deny_beats_permit_at_the_same_moment(nav):
    someone, now = situations.a_person(), timezone.now() - timedelta(minutes=1)
    situations.a_consent(someone, at=now, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    situations.a_consent(someone, at=now, answers={(nav, Theme.BOLIG): DecisionAnswer.DENY}, supersede=False)
    situations.a_consent(someone, at=now, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT}, supersede=False)
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)


def test_a_part_taken_back_from_all_of_a_kind_reaches_the_one_permitted(nav):
    someone, health = situations.a_person(), situations.an_organisation(OrganisationKind.HEALTH)
    situations.a_consent(
        someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (health, Theme.BOLIG): DecisionAnswer.PERMIT}
    )
    note = Withdrawal.objects.create(
        person=someone,
        whole=False,
        said_at=timezone.now(),
        said=WithdrawalSaid.HERE,
        noted_by=situations.an_account(),
    )
    Decision.objects.create(
        person=someone, withdrawal=note, direction=Direction.DISCLOSE, recipient_kind=nav.kind, theme=Theme.BOLIG,
        answer=DecisionAnswer.DENY, effective_at=note.said_at,
    )  # fmt: skip
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert covers.covers(someone.pk, health.pk, Theme.BOLIG)


@pytest.mark.parametrize("taken_back", [True, False])
def test_an_organisation_entered_as_another_kind_is_told_nothing(nav, taken_back):
    someone, other = situations.a_person(), situations.an_organisation()
    situations.a_consent(
        someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (other, Theme.BOLIG): DecisionAnswer.PERMIT}
    )
    if taken_back:
        withdrawals.withdraw(
            someone, said_at=timezone.now(), scope=[Part.sharing(nav.kind, Theme.BOLIG)], by=situations.an_account()
        )
    nav.kind = OrganisationKind.HEALTH
    nav.save()
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert covers.covers(someone.pk, other.pk, Theme.BOLIG) is not taken_back


def test_an_organisation_whose_own_legal_basis_has_ended_is_told_nothing(nav):
    someone, other = situations.a_person(), situations.an_organisation()
    situations.a_consent(
        someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (other, Theme.BOLIG): DecisionAnswer.PERMIT}
    )
    nav.legal_basis_until = timezone.localdate() + timedelta(days=1)
    nav.save()
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    nav.legal_basis_until = timezone.localdate()
    nav.save()
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert covers.covers(someone.pk, other.pk, Theme.BOLIG)


def test_an_organisation_whose_own_legal_basis_has_ended_is_not_offered_in_talks():
    someone, nav, other = situations.a_person(), situations.an_organisation(), situations.an_organisation("SKOLE")

    def offered():
        return {offer.organisation.pk for offer in recipients.offered(someone, registered="", actual="")}

    assert offered() == {nav.pk, other.pk}
    nav.legal_basis_until = timezone.localdate()
    nav.save()
    assert offered() == {other.pk}
    assert not Organisation.objects.in_use().filter(pk=nav.pk).exists()


@pytest.mark.parametrize(
    "state", [ConsentState.WITHDRAWN, ConsentState.EXPIRED, ConsentState.ENDED, ConsentState.IN_ERROR]
)
def test_an_ended_consent_covers_nothing_from_then_on(nav, state):
    someone = situations.a_person()
    row = situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    now = timezone.now()
    Step.objects.create(person=someone, consent=row, state=state, effective_at=now, actor="test")
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG, at=now - timedelta(seconds=1))
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG, at=now)


def test_a_step_for_one_direction_leaves_the_others(nav):
    someone = situations.a_person()
    row = situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    Step.objects.create(
        person=someone,
        consent=row,
        state=ConsentState.ENDED,
        direction=Direction.MAP,
        effective_at=timezone.now(),
        actor="test",
    )
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert not covers.may_be_mapped(someone)


def test_nothing_is_covered_after_its_legal_basis_has_ended(nav):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    LegalBasis.objects.update(until=timezone.localdate())
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert not covers.may_be_mapped(someone)


def test_nothing_is_covered_while_a_job_works_out_what_a_changed_stay_ends(nav):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    person_gate.pause(someone.pk)
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    assert not covers.may_be_mapped(someone)
    person_gate.resume(someone.pk)
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG)


def test_a_basis_made_for_demonstrations_covers_nothing_outside_them(nav, settings):
    someone = situations.a_person()
    situations.a_consent(someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT})
    LegalBasis.objects.update(demonstration=True)
    assert covers.covers(someone.pk, nav.pk, Theme.BOLIG)
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    assert not covers.covers(someone.pk, nav.pk, Theme.BOLIG)


def test_a_yes_to_be_mapped_does_not_follow_to_another_legal_status():
    someone = situations.a_person(status=LegalStatus.REMAND)
    situations.a_consent(someone)
    assert not covers.may_be_mapped(someone)
    situations.a_consent(someone, kind="VARETEKT", at=timezone.now())
    assert covers.may_be_mapped(someone)


def test_nobody_is_mapped_after_release():
    someone = situations.a_person()
    situations.a_consent(someone)
    assert covers.may_be_mapped(someone)
    someone.current_stay.released_at = timezone.now()
    assert not covers.may_be_mapped(someone)


def test_a_whole_list_is_asked_with_one_query(nav, django_assert_num_queries):
    people = [situations.a_person() for _ in range(4)]
    for someone in people[:2]:
        situations.a_consent(
            someone, answers={(nav, Theme.BOLIG): DecisionAnswer.PERMIT, (nav, Theme.HELSE): DecisionAnswer.PERMIT}
        )
    with django_assert_num_queries(1):
        found = covers.covered_many([(someone.pk, nav.pk) for someone in people])
    assert [set(found[someone.pk, nav.pk]) for someone in people] == [{Theme.BOLIG, Theme.HELSE}] * 2 + [set()] * 2
