"""What a share rests on: an interview that is signed off, a recipient that can be reached, a consent. Or why not."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.stored_answers import DECLINED
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import AreaState
from brik.mapping.record.states import InterviewState as MappingState
from brik.staff.models import Organisation
from brik.vault.integrity import assert_current
from consent.record.covers import CoveredBy, covered_themes


class ShareRefusal(TextChoices):
    """Why nothing can be shared, in the officer's words."""

    NOT_FINAL = (
        "NOT_FINAL",
        _("Bare en ferdigstilt kartlegging kan deles. Ferdigstill den først, eller del den nyeste utgaven."),
    )
    NO_CHANNEL = "NO_CHANNEL", _("Mottakeren har ingen kanal å sende til ennå.")
    NOT_COVERED = "NOT_COVERED", _("Det finnes ikke noe gyldig samtykke til å dele noe med denne mottakeren.")
    NOTHING_TO_SAY = (
        "NOTHING_TO_SAY",
        _(
            "Det er ingen svar som denne mottakeren kan få. Hver mottaker får bare svar på noen av spørsmålene, også "
            "om et tema den innsatte har sagt ja til. Si til den innsatte at ingenting er sendt. Haster det, ta "
            "kontakt med mottakeren på vanlig måte."
        ),
    )
    NO_NUMBER = (
        "NO_NUMBER",
        _("Personen har ikke noe nummer mottakeren kjenner. Registrer fødselsnummer, D-nummer eller SSP-nummer."),
    )
    CHANGED = "CHANGED", _("Det som skal sendes, er ikke helt det du så på. Se over på nytt, og del så.")


class NothingShared(Exception):
    """The share was not made; nothing has changed."""

    def __init__(self, why: ShareRefusal) -> None:
        super().__init__(why.name)
        self.why = why


def covered(mapping: Mapping, organisation: Organisation) -> dict[Theme, CoveredBy]:
    """What ``organisation`` may be told of a signed-off interview now. Raises :class:`NothingShared`."""
    newest = latest_final(mapping.person)
    if mapping.state != MappingState.FINAL or newest is None or newest.pk != mapping.pk:
        raise NothingShared(ShareRefusal.NOT_FINAL)
    if not organisation.can_be_reached:
        raise NothingShared(ShareRefusal.NO_CHANNEL)
    themes = covered_themes(mapping.person_id, organisation.pk)
    if not themes:
        raise NothingShared(ShareRefusal.NOT_COVERED)
    return themes


def opened(mapping: Mapping) -> tuple[Questionnaire, dict[str, dict[str, Any]]]:
    """The form it was held with, and the opened answers of each area; only rows that are what the log tells of."""
    sections = list(Section.objects.filter(mapping=mapping).order_by("area"))
    assert_current(mapping, *sections)
    declined = {True: DECLINED, False: ""}
    answers = {row.area: {**row.answers.open(), "state": declined[row.state == AreaState.DECLINED]} for row in sections}
    return catalogue.get(mapping.kind, mapping.form_version), answers
