"""The themes a person decides by, and the letters of the recipients a question can be meant for.

A theme is what an inmate permits or denies (one per question); a page of the interview may mix them. Consent,
sharing and the questionnaires all use these codes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from brik.definitions.recipients import OrganisationKind


class Theme(StrEnum):
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


def _labels(nb: str, nn: str, en: str, ar: str) -> Mapping[str, str]:
    return MappingProxyType({"nb": nb, "nn": nn, "en": en, "ar": ar})


THEME_LABELS: Final[Mapping[Theme, Mapping[str, str]]] = MappingProxyType(
    {
        Theme.BOLIG: _labels("Bolig", "Bustad", "Housing", "السكن"),
        Theme.OEKONOMI: _labels("Økonomi og gjeld", "Økonomi og gjeld", "Money and debt", "المال والديون"),
        Theme.ARBEID: _labels("Arbeid", "Arbeid", "Work", "العمل"),
        Theme.UTDANNING: _labels("Utdanning", "Utdanning", "Education", "التعليم"),
        Theme.HELSE: _labels("Helse", "Helse", "Health", "الصحة"),
        Theme.RUS: _labels(
            "Rus og avhengighet", "Rus og avhengigheit", "Alcohol, drugs and addiction", "المخدرات والكحول والإدمان"
        ),
        Theme.FAMILIE: _labels("Familie og nettverk", "Familie og nettverk", "Family and network", "الأسرة والعلاقات"),
        Theme.FRITID: _labels(
            "Fritid og hverdag", "Fritid og kvardag", "Leisure and everyday life", "وقت الفراغ والحياة اليومية"
        ),
        Theme.PRAKTISK: _labels(
            "Praktisk og identitet",
            "Praktisk og identitet",
            "Practical matters and identity",
            "الأمور العملية والهوية",
        ),
        Theme.MAAL: _labels(
            "Egne ressurser og mål", "Eigne ressursar og mål", "Strengths and goals", "القدرات والأهداف"
        ),
    }
)


# The case system stands in no ``del`` list: it gets every question of a permitted theme that somebody gets.
CASE_SYSTEM: Final = OrganisationKind.CASE_SYSTEM.entry.letter
# What a ``del`` list may hold.
LETTERS: Final = frozenset(kind.entry.letter for kind in OrganisationKind) - {CASE_SYSTEM}
