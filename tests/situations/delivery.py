"""Situations by name: somebody with a signed-off interview, a consent, and a recipient."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Channel, Organisation, OrganisationKind, Role
from consent.models import ConsentState, DecisionAnswer, Step
from followup.sharing import actions
from tests import factories
from tests.consent import given
from tests.mapping import talks

DESK = Process("desk")
# Housing: C3a may go to the municipality and to state NAV, C1 to the municipality and to probation.
HOUSING = {"C1": "UTEN", "C3a": "JA", "C4a": "VET_IKKE"}


def said(**values):
    """Answers to questions of the published form, stored as an interview stores them."""
    form = catalogue.get("domfelt")
    return {link_id: stored(form.question(link_id), value, language="nb") for link_id, value in values.items()}


def case_system(**fields) -> Organisation:
    return given.organisation(OrganisationKind.CASE_SYSTEM, channel=Channel.MESSAGE, **fields)


def mapped(by=None, someone=None, *, area: str = "C", **values):
    """A signed-off interview with answers about housing, unless told otherwise."""
    by = by or factories.staff(Role.MAPPER)
    someone = someone or factories.person(at=by.current_posts[0].unit)
    return talks.final(by, someone, area=area, answers=said(**(values or HOUSING)))


def permitted(
    mapping,
    *organisations: Organisation,
    themes=(Theme.BOLIG,),
    at: datetime | None = None,
    until: datetime | None = None,
):
    """A consent that permits these recipients these themes."""
    yes = {(organisation, theme): DecisionAnswer.PERMIT for organisation in organisations for theme in themes}
    return given.consent(mapping.person, answers=yes, at=at, until=until)


def shared(organisation: Organisation | None = None, *, by=None, **values):
    """Somebody whose interview has been shared: the mapping and its delivery."""
    by = by or factories.staff(Role.MAPPER)
    organisation = organisation or case_system()
    mapping = mapped(by, **values)
    permitted(mapping, organisation)
    return mapping, actions.share(mapping, organisation=organisation, by=by)


@transaction.atomic
def withdraw(someone, *, said_at: datetime | None = None):
    """The person takes everything back, the way the desk writes it down: cause and reconciliation together."""
    Step.objects.create(
        person=someone,
        state=ConsentState.WITHDRAWN,
        effective_at=said_at or timezone.now(),
        actor="test",
        cause="withdrawn",
    )
    return actions.reconcile(someone, by=DESK)
