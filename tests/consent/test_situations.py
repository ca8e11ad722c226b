"""The consents that tests write as rows are those that finishing a talk writes."""

from __future__ import annotations

import pytest

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import OrganisationKind
from consent.models import Consent, ConsentState, Decision, DecisionAnswer, Direction, Step
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def permitted(consent: Consent) -> set[tuple[str, ...]]:
    """What is said yes to. A talk says no to everybody else too, which rows do not need."""
    return {
        (decision.direction, decision.recipient_kind, decision.theme, str(decision.organisation_id))
        for decision in Decision.objects.filter(consent=consent).exclude(answer=DecisionAnswer.DENY)
    }


def steps_of(person: Person, first: Consent) -> list[tuple[bool, str]]:
    """The steps of a person's two consents: whether they are of the first, and what they say."""
    return sorted((step.consent_id == first.pk, step.state) for step in Step.objects.filter(person=person))


def test_a_consent_of_rows_is_as_one_of_a_talk(organisations):
    by, nav = situations.an_account(), organisations[OrganisationKind.NAV_STATE]
    talked, written = situations.a_person(), situations.a_person()
    share = {"share": {nav.kind: [Theme.BOLIG]}}
    answers, outcome = {(nav, Theme.BOLIG): DecisionAnswer.PERMIT}, ConsentState.PARTLY_GIVEN
    first = (
        situations.a_signed_consent(talked, by, **share),
        situations.a_consent(written, answers=answers, outcome=outcome),
    )
    again = (
        situations.a_signed_consent(talked, by, **share),
        situations.a_consent(written, answers=answers, outcome=outcome),
    )
    assert permitted(again[0]) == permitted(again[1])
    assert {direction for direction, *_ in permitted(again[1])} == {Direction.MAP, Direction.DISCLOSE}
    assert steps_of(talked, first[0]) == steps_of(written, first[1])
    assert again[0].outcome == again[1].outcome
