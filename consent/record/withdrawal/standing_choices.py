"""What a person would still say yes to, were it not for a withdrawal that others told of.

A mistaken one is mended by saying it again, on one page and signed. It is offered only where everything is as it was:
the text, and each recipient with its kind and themes. Else the person decides in a whole talk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import OrganisationKind
from brik.vault.canonical import canonical, sha256
from consent.models import Consent, Decision, DecisionAnswer, Direction
from consent.record import covers, steps
from consent.record.choices import WAYS_TO_SIGN, Choices, NotReady, Sharing, first_page
from consent.record.covers import CoveredBy
from consent.record.document import Source
from consent.record.recipients import Offered, serves, themes_for
from consent.record.withdrawal.actions import told_of
from consent.record.withdrawal.covered_before import MOMENT

_ANSWERS = {steps.YES: DecisionAnswer.PERMIT, steps.NO: DecisionAnswer.DENY}


@dataclass(frozen=True)
class StandingChoices:
    """What stood, with the day on which each part would have ended."""

    consent: Consent
    until: date
    asking: DecisionAnswer
    sources: tuple[Source, ...]
    sharing: tuple[Sharing, ...]
    asking_until: date | None = None

    @property
    def seen(self) -> str:
        """A hash of what the page shows: what is signed is what was seen."""
        shared = [
            [sharing.offer.organisation.pk, str(sharing.answer), [*map(str, sharing.themes)], str(sharing.until)]
            for sharing in self.sharing
        ]
        asked = [[source.name, [*map(str, source.themes)]] for source in self.sources]
        return sha256(
            canonical(
                {
                    "consent": str(self.consent.pk),
                    "until": str(self.until),
                    "asking": [str(self.asking), str(self.asking_until)],
                    "sources": asked,
                    "sharing": shared,
                }
            )
        )

    @property
    def permitted(self) -> list[Sharing]:
        """The recipients that had a yes: each is asked about again."""
        return [sharing for sharing in self.sharing if sharing.answer == DecisionAnswer.PERMIT]

    def said_again(self, answers: dict[str, Any]) -> Choices:
        """The choices when the page is answered: what has not got a yes again is taken back.

        Raises:
            NotReady: something is not answered or not signed, or the page showed something else.
        """
        answer, talk = answers.get(steps.SAID_AGAIN, {}), first_page(answers)
        waits = answer.get("mapping") == steps.LATER
        if not waits and (answer.get("seen") != self.seen or answer.get("mapping") not in _ANSWERS):
            raise NotReady(steps.SAID_AGAIN)
        choices = Choices(
            language=talk["language"],
            talk=talk,
            informed=tuple(answer["how"]),
            mapping=answer["mapping"],
            shown=frozenset(),
            until=self.until,
            asking_until=self.asking_until,
        )
        if choices.mapping != steps.YES:
            if steps.CLOSING not in answers:
                raise NotReady(steps.CLOSING)
            return choices
        if answer["signature"].get("method") not in WAYS_TO_SIGN:
            raise NotReady(steps.SAID_AGAIN)
        asking = self._again(self.asking, answer.get("asking"))
        recipients = answer["recipients"]
        return replace(
            choices,
            asking=asking,
            sources=self.sources if asking == DecisionAnswer.PERMIT else (),
            sharing=tuple(
                self._shared_again(sharing, recipients.get(steps.SHARING[sharing.offer.kind]))
                for sharing in self.sharing
            ),
            signature=answer["signature"],
        )

    def _shared_again(self, sharing: Sharing, answer: str | None) -> Sharing:
        again = self._again(sharing.answer, answer)
        return sharing if again == sharing.answer else Sharing(sharing.offer, again)

    @staticmethod
    def _again(stood: DecisionAnswer, answer: str | None) -> DecisionAnswer:
        if stood != DecisionAnswer.PERMIT:
            return stood
        if answer not in _ANSWERS:
            raise NotReady(steps.SAID_AGAIN)
        return _ANSWERS[answer]


def standing_choices(person: Person, *, versions: dict[str, str], language: str = "") -> StandingChoices | None:
    """What stood but for the withdrawals told of; None where there is nothing to mend, or something has changed.

    ``versions`` are those of the current texts by language; ``language`` is that of the new talk, where it is known.
    """
    withdrawals = told_of(person)
    permit = covers.mapping_permit(person, but_for=withdrawals) if withdrawals.exists() else None
    if permit is None:
        return None
    consent = Consent.objects.select_related("text").get(pk=permit.consent_uuid)
    if versions.get(language or consent.language) != consent.text.version:
        return None
    decisions = Decision.objects.filter(consent=consent).order_by("pk")
    sharing = _sharing(person, consent, decisions.filter(direction=Direction.DISCLOSE))
    if sharing is None:
        return None
    asking = covers.asking_permitted(person, but_for=withdrawals)
    asked = decisions.filter(direction=Direction.COLLECT).values_list("answer", flat=True)
    return StandingChoices(
        consent,
        last_day_of(permit.until),
        _asking(asking.sources, asked),
        asking.sources,
        tuple(sharing),
        last_day_of(asking.until) if asking.until else None,
    )


def _asking(sources: tuple[Source, ...], asked: Iterable[str]) -> DecisionAnswer:
    if sources:
        return DecisionAnswer.PERMIT
    return DecisionAnswer.NOT_ASKED if DecisionAnswer.NOT_ASKED in asked else DecisionAnswer.DENY


def _sharing(person: Person, consent: Consent, decisions: Any) -> list[Sharing] | None:
    """What stood for each recipient that was asked about; None where one of them has changed."""
    rows = list(decisions.select_related("organisation").prefetch_related("organisation__units"))
    pairs = [(person.pk, row.organisation_id) for row in rows]
    covered = covers.covered_many(pairs, but_for=told_of(person))
    shared = []
    for organisation, group in groupby(rows, key=lambda row: row.organisation):
        asked = list(group)
        kind, themes = asked[0].recipient_kind, tuple(Theme(row.theme) for row in asked)
        same = organisation.kind == kind and themes == themes_for(consent.kind, OrganisationKind(kind))
        if not (same and serves(organisation, person.known_stay.unit_id)):
            return None
        offer = Offered(organisation, themes)
        shared.append(_stood(offer, covered[person.pk, organisation.pk], [row.answer for row in asked]))
    return shared


def _stood(offer: Offered, covered: dict[Theme, CoveredBy], answers: list[str]) -> Sharing:
    if not covered:
        waits = DecisionAnswer.NOT_ASKED in answers
        return Sharing(offer, DecisionAnswer.NOT_ASKED if waits else DecisionAnswer.DENY)
    themes = tuple(theme for theme in offer.themes if theme in covered)
    until = min(last_day_of(permit.until) for permit in covered.values())
    return Sharing(offer, DecisionAnswer.PERMIT, themes, until=until)


def last_day_of(end: datetime) -> date:
    """The last day of a permit that ends at a midnight."""
    return timezone.localdate(end - MOMENT)
