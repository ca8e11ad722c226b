"""The organisations a person can be asked to share with, and the themes meant for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from brik.definitions.recipients import ServedPlace
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind


@dataclass(frozen=True)
class Offered:
    """One recipient a person is asked about."""

    organisation: Organisation
    themes: tuple[Theme, ...]

    @property
    def kind(self) -> OrganisationKind:
        return OrganisationKind(self.organisation.kind)


def offered(person: Person, *, registered: str, actual: str) -> list[Offered]:
    """The recipients that serve a person, in order. One query.

    Each kind is chosen by the municipality that its entry names, and by the unit. An organisation that cannot be
    reached is not offered. Raises ``CodeBroken`` for one that was changed past us.
    """
    stay = person.current_stay
    if stay is None:
        return []
    municipalities = {
        ServedPlace.REGISTERED: registered,
        ServedPlace.ACTUAL: actual,
        ServedPlace.NO_MUNICIPALITY: "",
    }
    organisations: dict[str, Organisation] = {}
    for organisation in Organisation.objects.filter(active=True).prefetch_related("units").order_by("pk").proved():
        if not serves(organisation, stay.unit_id):
            continue
        municipality = municipalities[OrganisationKind(organisation.kind).entry.place]
        units = {unit.pk for unit in organisation.units.all()}
        if organisation.municipality and organisation.municipality != municipality:
            continue
        # An organisation of this place is preferred to one that serves everyone.
        rival = organisations.get(organisation.kind)
        if rival is None or (
            _is_local(organisation, units) and not _is_local(rival, {unit.pk for unit in rival.units.all()})
        ):
            organisations[organisation.kind] = organisation
    offers = [
        Offered(organisations[kind], themes_for(stay.legal_status, kind))
        for kind in OrganisationKind
        if kind in organisations
    ]
    return [offer for offer in offers if offer.themes]


def serves(organisation: Organisation, unit_id: int) -> bool:
    """Whether the organisation can be told something, and of people in this unit."""
    units = {unit.pk for unit in organisation.units.all()}
    return organisation.active and organisation.can_be_reached and (not units or unit_id in units)


@cache
def themes_for(kind: str, recipient: OrganisationKind) -> tuple[Theme, ...]:
    """The themes with a question that may be shared with this kind of recipient (its ``del`` list)."""
    themes = {
        question.theme
        for area in catalogue.get(QUESTIONNAIRE[LegalStatus(kind)]).areas
        for question in area.questions
        if question.theme and question.meant_for(recipient.entry.letter)
    }
    return tuple(theme for theme in Theme if theme in themes)


def all_themes(kind: str) -> tuple[Theme, ...]:
    """Every theme the questionnaire of this kind asks about."""
    themes = {
        question.theme for area in catalogue.get(QUESTIONNAIRE[LegalStatus(kind)]).areas for question in area.questions
    }
    return tuple(theme for theme in Theme if theme in themes)


def _is_local(organisation: Organisation, units: set[int]) -> bool:
    return bool(organisation.municipality or units)
