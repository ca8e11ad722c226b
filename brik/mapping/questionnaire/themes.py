"""The themes a person decides about, and the letters of the recipients that a question may be shared with.

An inmate permits or denies by theme. Each question has one; a page of the interview may hold several. Consent, sharing
and the questionnaires use these codes.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from brik.definitions.recipients import OrganisationKind


class Theme(StrEnum):
    """What an answer is about, by the code that consents, messages and questionnaires use."""

    BOLIG = "BOLIG"
    OEKONOMI = "OEKONOMI"
    ARBEID = "ARBEID"
    UTDANNING = "UTDANNING"
    HELSE = "HELSE"
    RUS = "RUS"
    FAMILIE = "FAMILIE"
    FRITID = "FRITID"
    PRAKTISK = "PRAKTISK"
    MAAL = "MAAL"


THEME_LABELS: Final[Mapping[Theme, Mapping[str, str]]] = {
    Theme.BOLIG: {"nb": "Bolig", "nn": "Bustad", "en": "Housing", "ar": "السكن"},
    Theme.OEKONOMI: {"nb": "Økonomi og gjeld", "nn": "Økonomi og gjeld", "en": "Money and debt", "ar": "المال والديون"},
    Theme.ARBEID: {"nb": "Arbeid", "nn": "Arbeid", "en": "Work", "ar": "العمل"},
    Theme.UTDANNING: {"nb": "Utdanning", "nn": "Utdanning", "en": "Education", "ar": "التعليم"},
    Theme.HELSE: {"nb": "Helse", "nn": "Helse", "en": "Health", "ar": "الصحة"},
    Theme.RUS: {
        "nb": "Rus og avhengighet",
        "nn": "Rus og avhengigheit",
        "en": "Alcohol, drugs and addiction",
        "ar": "الكحول والأدوية والمخدرات والإدمان",
    },
    Theme.FAMILIE: {
        "nb": "Familie og nettverk",
        "nn": "Familie og nettverk",
        "en": "Family and network",
        "ar": "الأسرة والعلاقات",
    },
    Theme.FRITID: {
        "nb": "Fritid og hverdag",
        "nn": "Fritid og kvardag",
        "en": "Leisure and everyday life",
        "ar": "وقت الفراغ والحياة اليومية",
    },
    Theme.PRAKTISK: {
        "nb": "Praktisk og identitet",
        "nn": "Praktisk og identitet",
        "en": "Practical matters and identity",
        "ar": "الأمور العملية والهوية",
    },
    Theme.MAAL: {
        "nb": "Egne ressurser og mål",
        "nn": "Eigne ressursar og mål",
        "en": "Strengths and goals",
        "ar": "القدرات والأهداف",
    },
}


# Never in a ``del`` list: the case system gets every question of a permitted theme that any recipient gets.
CASE_SYSTEM: Final = OrganisationKind.CASE_SYSTEM.entry.letter
# Of these it gets nothing without a tick for the very question: those who decide on leave and parole read there.
TICKED_FOR_CASE_SYSTEM: Final = frozenset({Theme.HELSE, Theme.RUS})
# What a ``del`` list may hold.
LETTERS: Final = frozenset(kind.entry.letter for kind in OrganisationKind) - {CASE_SYSTEM}
