"""A message in plain words, for pages and papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from brik.definitions import help_numbers
from brik.definitions.recipients import OrganisationKind, ServedPlace
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answer_sources import SourceKind, source_in_words
from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.themes import Theme
from brik.people.identifiers.numbers import LABELS
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.staff.models import Organisation
from brik.vault.sealing import SealBroken
from followup.sharing.models import Disclosure
from followup.sharing.wire import payload

# The name of each kind of number in a message. A message without a number has a kind that is not here.
NUMBERS = {kind.value: label for kind, label in LABELS.items()}


# Said once above the answers.
OWN_WORDS = gettext_lazy("Svarene er gitt av den innsatte og ikke kontrollert, hvis ikke noe annet står ved svaret.")

# Stands at an answer that somebody needed help at once, which comes first.
URGENT = gettext_lazy("Haster")


def sheet_reference(reference: str, day: date) -> str:
    """The reference and day on a recipient's sheet, by which it is found again without a name."""
    return f"{reference}, {date_format(day, 'j. F Y')}"


def number_words(kind: str) -> str:
    """The name of the kind of number in a message: a national id, a D-number …"""
    return str(NUMBERS.get(kind, kind))


def dialled(number: str) -> str:
    """A telephone number as an address of a link has it."""
    return number.replace(" ", "")


def source_words(source: str) -> str:
    """Where an answer comes from; empty for the person's own words, which the page says once above the answers."""
    read = payload.source_read(source)
    return "" if read.kind is SourceKind.SELF else source_in_words(read, get_language() or payload.LANGUAGE)


def theme_labels(codes: Iterable[str]) -> list[str]:
    """The names of themes, in their own order."""
    wanted = set(codes)
    return [theme_name(theme) for theme in Theme if theme.value in wanted]


def recipient_name(organisation: Organisation, *, graded: bool) -> str:
    """The recipient's name; for somebody with a graded address its kind, where the office tells the municipality."""
    entry = OrganisationKind(organisation.kind).entry
    hidden = graded and entry.place is not ServedPlace.NO_MUNICIPALITY
    return _(entry.staff_label) if hidden else organisation.name


def form_of(message: dict[str, Any]) -> Questionnaire:
    """The questionnaire that a message answers."""
    return catalogue.get(QUESTIONNAIRE[LegalStatus(message["skjema"]["type"])], message["skjema"]["versjon"])


def themes_answered(form: Questionnaire, link_ids: Iterable[str]) -> set[str]:
    """The themes of these questions."""
    questions = (form.question(link_id) for link_id in link_ids)
    return {question.theme.value for question in questions if question is not None and question.theme is not None}


def disclosed_themes(disclosure: Disclosure) -> set[str]:
    """The codes of the permitted themes that have an answer; all permitted ones when the content does not open."""
    try:
        link_ids = disclosure.content.open()["fields"]
    except SealBroken:
        return set(disclosure.themes)
    form = catalogue.get(disclosure.mapping.kind, disclosure.mapping.form_version)
    return themes_answered(form, link_ids) & set(disclosure.themes)


def disclosed_theme_names(disclosure: Disclosure) -> list[str]:
    """The names of the permitted themes that have an answer."""
    return theme_labels(disclosed_themes(disclosure))


def facts(message: dict[str, Any]) -> dict[str, Any]:
    """The facts beside the answers of a message: dates as dates, themes by name.

    ``telephone`` is the number of the unit's mappers now; empty where the installation's file has none.
    """
    return {
        "permitted": theme_labels(message["samtykke"]["omfang"]),
        "until": date.fromisoformat(message["samtykke"]["gjelderTil"]),
        "mapped_on": date.fromisoformat(message["skjema"]["kartlagtDato"]),
        "telephone": help_numbers.load(settings.HELP_NUMBERS).mappers.get(message["lokasjonEnhet"]["enhetNr"], ""),
    }
