"""Whatever is answered on the page that says again what stood: nothing is permitted that did not stand and get a yes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind
from consent.models import Consent, DecisionAnswer
from consent.record import steps
from consent.record.choices import NotReady, Sharing
from consent.record.document import Source
from consent.record.recipients import Offered
from consent.record.withdrawal.standing_choices import StandingChoices

DAY = date(2027, 3, 31)
THEMES = (Theme.BOLIG, Theme.ARBEID)
said = st.sampled_from([steps.YES, steps.NO, steps.LATER, "<x>", None])

# Mostly everything is answered, or nearly nothing would get as far as the choices.
recipients = st.one_of(
    st.fixed_dictionaries({step: st.sampled_from([steps.YES, steps.NO]) for step in steps.KIND_OF}),
    st.dictionaries(st.sampled_from(list(steps.KIND_OF)), said),
)


@st.composite
def what_stood(draw) -> StandingChoices:
    sharing = []
    for number, kind in enumerate(OrganisationKind):
        offer = Offered(Organisation(pk=number, kind=kind), THEMES)
        stood = draw(st.sampled_from(DecisionAnswer))
        permitted = stood == DecisionAnswer.PERMIT
        themes = tuple(draw(st.lists(st.sampled_from(THEMES), min_size=1, unique=True))) if permitted else ()
        sharing.append(Sharing(offer, stood, themes, until=DAY if permitted else None))
    asking = draw(st.sampled_from(DecisionAnswer))
    sources = (Source(1, "Prøve", THEMES),) if asking == DecisionAnswer.PERMIT else ()
    return StandingChoices(Consent(uuid=UUID(int=7), document=b""), DAY, asking, sources, tuple(sharing))


def answered(standing, **answer):
    again = {"how": ["READ"], "seen": standing.seen, "signature": {"method": "DRAWN"}} | answer
    return {steps.LANGUAGE: {"language": "nb"}, steps.SAID_AGAIN: again}


@given(what_stood(), st.sampled_from([steps.YES, steps.NO]), said, recipients)
def test_what_is_permitted_stood_before_and_was_said_again_to_the_same_day(standing, mapping, asking, recipients):
    try:
        choices = standing.said_again(answered(standing, mapping=mapping, asking=asking, recipients=recipients))
    except NotReady:
        return
    assert choices.mapping == mapping == steps.YES
    assert choices.last_day(None) == DAY
    for stood, again in zip(standing.sharing, choices.sharing, strict=True):
        said_yes = recipients.get(steps.SHARING[stood.offer.kind]) == steps.YES
        if again.answer == DecisionAnswer.PERMIT:
            assert said_yes
            assert again == stood
        elif stood.answer == DecisionAnswer.PERMIT:
            assert again.answer == DecisionAnswer.DENY
        else:
            assert again.answer == stood.answer
    assert bool(choices.sources) == (standing.asking == DecisionAnswer.PERMIT and asking == steps.YES)


@given(what_stood(), what_stood())
def test_what_was_not_shown_is_not_signed_for(standing, other):
    if standing.seen == other.seen:
        assert standing.sharing == other.sharing
        return
    everything = dict.fromkeys(steps.KIND_OF, steps.YES)
    with pytest.raises(NotReady):
        standing.said_again(answered(other, mapping=steps.YES, asking=steps.YES, recipients=everything))
