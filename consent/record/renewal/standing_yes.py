"""What a person has said yes to and what still stands, from which a second talk starts.

Each yes is shown with its end. It gets a new end, is taken back, or is left as it is: then it ends on its day. Nothing
else becomes a yes here: what was a no is asked on its own page, where the person wants that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from brik.people.models import Person
from brik.staff.models import OrganisationKind
from brik.vault.canonical import canonical, sha256
from consent.models import Consent, Decision, DecisionAnswer, Direction
from consent.record import covers, steps
from consent.record.choices import (
    MONTHS,
    WAYS_TO_SIGN,
    Choices,
    NotReady,
    Sharing,
    asked_sharing,
    asked_sources,
    first_page,
    no_office,
)
from consent.record.document import Source
from consent.record.recipients import Offered, serves, themes_for
from consent.record.withdrawal.standing_choices import last_day_of

_SAID = {steps.YES, steps.NO}


@dataclass(frozen=True)
class StandingYes:
    """Each yes that stands with its last day, and each no, by what it is about."""

    consent: Consent
    until: date
    # Whom the person lets us ask; without such a yes, ``asking`` says whether that was a no.
    sources: tuple[Source, ...]
    asking_until: date | None
    asking: DecisionAnswer
    # The recipients with a yes, each with its last day.
    sharing: tuple[Sharing, ...]
    # The organisations that got a no, or were taken back.
    refused: frozenset[int]

    @property
    def seen(self) -> str:
        """A hash of what the page shows: what is signed is what was seen."""
        shared = [[row.offer.organisation.pk, [*map(str, row.themes)], str(row.until)] for row in self.sharing]
        asked = [[source.name, [*map(str, source.themes)]] for source in self.sources]
        return sha256(
            canonical(
                {
                    "consent": str(self.consent.pk),
                    "until": str(self.until),
                    "asking": [str(self.asking), str(self.asking_until), asked],
                    "sharing": shared,
                    "refused": sorted(self.refused),
                }
            )
        )

    def to_ask(self, offers: Sequence[Offered]) -> list[Offered]:
        """The recipients with no yes that stands."""
        standing = {row.offer.organisation.pk for row in self.sharing}
        return [offer for offer in offers if offer.organisation.pk not in standing]

    def refusals(self, offers: Sequence[Offered]) -> list[str]:
        """The pages of what was a no: asked anew only where the person wants to answer it again."""
        asking = [] if self.sources or self.asking != DecisionAnswer.DENY else [steps.SOURCES]
        return asking + [
            steps.SHARING[offer.kind] for offer in self.to_ask(offers) if offer.organisation.pk in self.refused
        ]

    def pages(self, answers: dict[str, Any], offers: Sequence[Offered]) -> list[str]:
        """The pages of this talk that ask something: what was never answered, and each no that is asked anew."""
        refused = self.refusals(offers)
        asked = [] if self.sources else [steps.SOURCES]
        asked += [steps.SHARING[offer.kind] for offer in self.to_ask(offers)]
        anew = answers.get(steps.STANDING, {}).get("anew", [])
        kinds = [*(offer.kind for offer in offers), *(row.offer.kind for row in self.sharing)]
        place = [steps.MUNICIPALITY] if steps.asks_municipality(answers, kinds) else []
        return place + [step for step in asked if step not in refused or step in anew]

    def way(self, answers: dict[str, Any], offers: Sequence[Offered], *, slip: bool) -> list[str]:
        """The steps of the talk; before the page of what stands is answered, all that it can lead to."""
        asked = self.pages(answers, offers)
        if steps.STANDING not in answers:
            asked += self.refusals(offers)
        return steps.renewal_way(answers, asked, slip=slip)

    def asks_months(self, answers: dict[str, Any], offers: Sequence[Offered]) -> bool:
        """Whether a recipient may get a new end in this talk."""
        again = answers.get(steps.STANDING, {}).get("recipients", {})
        return steps.YES in again.values() or any(step in steps.KIND_OF for step in self.pages(answers, offers))

    def choices(self, answers: dict[str, Any], offers: Sequence[Offered], *, signed: bool = True) -> Choices:
        """What the person chose. ``signed=False`` reads it before the signature, for the read-back.

        Raises:
            NotReady: an answer is missing, is none that our pages offer, or is about something else than stands now.
        """
        way = self.way(answers, offers, slip=False)
        last = set() if signed else {steps.SIGNATURE, steps.READ_BACK}
        talk = first_page(answers)
        for step in way:
            if step not in answers and step not in last:
                raise NotReady(step)
        said = answers[steps.STANDING]
        if said.get("mapping") == steps.LATER or said.get("mapping") == steps.NO:
            informed = tuple(said["how"])
            return Choices(language=talk["language"], talk=talk, informed=informed, mapping=said["mapping"])
        if said.get("seen") != self.seen or said.get("mapping") not in ("", steps.YES):
            raise NotReady(steps.STANDING)
        signature = answers.get(steps.SIGNATURE, {})
        if signed and signature.get("method") not in WAYS_TO_SIGN:
            raise NotReady(steps.SIGNATURE)
        chosen = Choices(
            language=talk["language"],
            talk=talk,
            informed=tuple(said["how"]),
            mapping=steps.YES,
            shown=frozenset(way),
            until=None if said["mapping"] else self.until,
            signature=signature,
        )
        chosen = replace(chosen, **self._asked(answers, way))
        served = [*offers, *(row.offer for row in self.sharing)]
        return replace(chosen, sharing=self._shared(answers, offers, way), no_office=no_office(answers, served))

    def _asked(self, answers: dict[str, Any], way: Sequence[str]) -> dict[str, Any]:
        if steps.SOURCES in way:
            asking, sources = asked_sources(answers[steps.SOURCES])
            return {"asking": asking, "sources": sources}
        if not self.sources:
            return {"asking": self.asking}
        again = answers[steps.STANDING].get("asking")
        if again == steps.NO:
            return {"asking": DecisionAnswer.DENY}
        until = None if again == steps.YES else self.asking_until
        return {"asking": DecisionAnswer.PERMIT, "sources": self.sources, "asking_until": until}

    def _shared(self, answers: dict[str, Any], offers: Sequence[Offered], way: Sequence[str]) -> tuple[Sharing, ...]:
        months = answers[steps.COMMON].get("months", 0)
        shared = [self._again(row, answers[steps.STANDING], months=months) for row in self.sharing]
        for offer in self.to_ask(offers):
            step = steps.SHARING[offer.kind]
            if step in way:
                shared.append(asked_sharing(answers[step], offer, common=months))
            else:
                shared.append(Sharing(offer, DecisionAnswer.DENY))
        order = list(OrganisationKind)
        return tuple(sorted(shared, key=lambda row: order.index(row.offer.kind)))

    @staticmethod
    def _again(row: Sharing, said: dict[str, Any], *, months: int) -> Sharing:
        """A yes with a new end, a no, or the yes as it stands."""
        answer = said.get("recipients", {}).get(str(row.offer.organisation.pk))
        if answer == steps.NO:
            return Sharing(row.offer, DecisionAnswer.DENY)
        if answer is None:
            return row
        if answer not in _SAID:
            raise NotReady(steps.STANDING)
        if months not in MONTHS:
            raise NotReady(steps.COMMON)
        return replace(row, until=None, months=months)


def standing_yes(person: Person) -> StandingYes | None:
    """What a second talk starts from now; None where the yes to the mapping does not stand: then all is asked."""
    permit, now = covers.mapping_permit(person), timezone.now()
    if permit is None:
        return None
    consent = Consent.objects.get(pk=permit.consent_uuid)
    decisions = list(
        Decision.objects.filter(consent=consent)
        .select_related("organisation")
        .prefetch_related("organisation__units")
        .order_by("organisation_id", "pk")
    )
    asked = [row for row in decisions if row.direction == Direction.COLLECT]
    asking = covers.asking_permitted(person)
    sharing, refused = _recipients(person, [row for row in decisions if row.direction == Direction.DISCLOSE], now)
    return StandingYes(
        consent=consent,
        until=last_day_of(permit.until),
        sources=asking.sources,
        asking_until=last_day_of(asking.until) if asking.until else None,
        asking=_asking(asking.sources, asked, now),
        sharing=sharing,
        refused=refused,
    )


def _asking(sources: Sequence[Source], rows: Sequence[Decision], now: datetime) -> DecisionAnswer:
    if sources:
        return DecisionAnswer.PERMIT
    return DecisionAnswer.NOT_ASKED if _was_left(rows, now) else DecisionAnswer.DENY


def _was_left(rows: Sequence[Decision], now: datetime) -> bool:
    """Whether the person left it open, or what they said has run out by itself: then it is asked as the first time."""
    answers = {row.answer for row in rows}
    ran_out = any(row.until is not None and row.until <= now for row in rows)
    return ran_out or (DecisionAnswer.NOT_ASKED in answers and DecisionAnswer.PERMIT not in answers)


def _recipients(
    person: Person, decisions: Sequence[Decision], now: datetime
) -> tuple[tuple[Sharing, ...], frozenset[int]]:
    """The recipients with a yes that stands, and those that got a no."""
    covered = covers.covered_many([(person.pk, row.organisation_id or 0) for row in decisions])
    standing, refused = [], set()
    for organisation, group in groupby(decisions, key=lambda row: row.organisation):
        rows = list(group)
        if organisation is None:
            continue
        permits = covered[person.pk, organisation.pk]
        offer = Offered(organisation, themes_for(person.known_stay.legal_status, OrganisationKind(organisation.kind)))
        themes = tuple(theme for theme in offer.themes if theme in permits)
        if themes and serves(organisation, person.known_stay.unit_id):
            asked = {row.theme for row in rows}
            standing.append(
                Sharing(
                    offer,
                    DecisionAnswer.PERMIT,
                    themes,
                    until=min(last_day_of(permits[theme].until) for theme in themes),
                    unasked=tuple(theme for theme in offer.themes if theme not in asked),
                )
            )
        elif not _was_left(rows, now):
            refused.add(organisation.pk)
    order = list(OrganisationKind)
    return tuple(sorted(standing, key=lambda row: order.index(row.offer.kind))), frozenset(refused)
