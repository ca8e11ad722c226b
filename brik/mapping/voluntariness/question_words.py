"""What the page that asks about saying no says in each language: ``fixtures/voluntariness``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import Entry

PATH = fixtures.FOLDER / "voluntariness" / "question.yaml"
_SENTENCES = ("question", "yes", "no", "silent", "skip", "done_title", "done_line", "give_back")


@dataclass(frozen=True)
class VoluntarinessWords:
    """The words in one language."""

    question: str
    lines: tuple[str, ...]
    yes: str
    no: str
    silent: str
    skip: str
    done_title: str
    done_line: str
    # Holds ``{leader}``.
    give_back: str


@dataclass(frozen=True)
class VoluntarinessDefinition:
    """The whole file."""

    approved: bool
    # By language.
    words: Mapping[str, VoluntarinessWords]

    @property
    def usable(self) -> bool:
        """Whether it may be asked. Words that nobody has approved are for demonstrations and tests only."""
        return self.approved or settings.UNAPPROVED_TEXTS_ALLOWED


@cache
def definition() -> VoluntarinessDefinition:
    """The file, read once. Raises ``DefinitionError`` where it lacks a sentence or a language."""
    parts = strict_yaml.read(PATH).mapping(required=["approved", "lines", *_SENTENCES])
    lines = _by_language(parts["lines"])
    sentences = {name: _by_language(parts[name]) for name in _SENTENCES}
    return VoluntarinessDefinition(
        approved=parts["approved"].flag(),
        words={
            code: VoluntarinessWords(
                lines=tuple(lines[code].texts()), **{name: entry[code].text() for name, entry in sentences.items()}
            )
            for code in languages.CODES
        },
    )


def _by_language(entry: Entry) -> dict[str, Entry]:
    return entry.mapping(required=languages.CODES)
