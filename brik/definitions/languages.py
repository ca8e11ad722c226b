"""The register of languages, one line each. Settings, forms, messages and directions follow from it.

A new language stops the start with a sentence for each table, text and file that lacks it. No Django here.
"""

from collections.abc import Container, Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

LTR: Final = "ltr"
RTL: Final = "rtl"
# Inmates read their talk, questions and documents in every language; staff pages exist in some.
STAFF_TOO: Final = True
INMATES_ONLY: Final = False


class ListMarks(NamedTuple):
    """What stands between the items of a list, and between items that hold a comma themselves."""

    comma: str
    semicolon: str


LATIN_MARKS: Final = ListMarks(", ", "; ")
ARABIC_MARKS: Final = ListMarks("، ", "؛ ")


class Language(StrEnum):
    """A language by its code, as in HTML and Django. The first is the source language."""

    own_name: str
    # ISO 639-3, as the sector's messages write languages.
    iso639_3: str
    # As HTML's ``dir`` writes it.
    direction: str
    for_staff: bool
    list_marks: ListMarks
    # At the foot of a page on paper.
    page_words: str

    BOKMAAL = "nb", "Norsk bokmål", "nob", LTR, STAFF_TOO, LATIN_MARKS, "Side {number} av {total}"
    NYNORSK = "nn", "Nynorsk", "nno", LTR, STAFF_TOO, LATIN_MARKS, "Side {number} av {total}"
    ENGLISH = "en", "English", "eng", LTR, STAFF_TOO, LATIN_MARKS, "Page {number} of {total}"
    ARABIC = "ar", "العربية", "ara", RTL, INMATES_ONLY, ARABIC_MARKS, "صفحة {number} من {total}"

    def __new__(
        cls,
        code: str,
        own_name: str,
        iso639_3: str,
        direction: str,
        for_staff: bool,
        list_marks: ListMarks,
        page_words: str,
    ) -> "Language":
        language = str.__new__(cls, code)
        language._value_ = code
        language.own_name, language.iso639_3 = own_name, iso639_3
        language.direction, language.for_staff, language.list_marks = direction, for_staff, list_marks
        language.page_words = page_words
        return language


BY_CODE: Final = MappingProxyType({language.value: language for language in Language})
CODES: Final = [language.value for language in Language]
CHOICES: Final = [(language.value, language.own_name) for language in Language]
STAFF_CHOICES: Final = [(language.value, language.own_name) for language in Language if language.for_staff]


def lacking(tables: Iterable[Container[str]]) -> list[Language]:
    """The languages that are missing in at least one of the tables."""
    all_tables = list(tables)
    return [language for language in Language if not all(language.value in table for table in all_tables)]
