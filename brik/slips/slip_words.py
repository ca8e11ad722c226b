"""What the page of a slip says in each language, and after how many hours a slip is late: ``fixtures/slips``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.conf import settings

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import Entry
from brik.slips.topics import Topic

PATH = fixtures.FOLDER / "slips" / "slip.yaml"
_SENTENCES = ("title", "urgent", "read_when", "choose", "no_slip", "next", "done_title", "done_line", "give_back")


@dataclass(frozen=True)
class SlipWords:
    """The words of the page in one language."""

    language: str
    title: str
    urgent: str
    read_when: str
    lines: tuple[str, ...]
    choose: str
    topics: Mapping[Topic, str]
    no_slip: str
    next: str
    done_title: str
    done_line: str
    # Holds ``{leader}``.
    give_back: str


@dataclass(frozen=True)
class SlipDefinition:
    """The whole file."""

    approved: bool
    # How long a slip may wait before it stands on the health service's own late list.
    late_after: timedelta
    # By language.
    words: Mapping[str, SlipWords]

    @property
    def usable(self) -> bool:
        """Whether the page may be shown. Words that nobody has approved are for demonstrations and tests only."""
        return self.approved or settings.UNAPPROVED_TEXTS_ALLOWED


@cache
def definition() -> SlipDefinition:
    """The file, read once. Raises ``DefinitionError`` where it lacks a topic, a sentence or a language."""
    whole = strict_yaml.read(PATH)
    parts = whole.mapping(required=["approved", "late_after_hours", "lines", "topics", *_SENTENCES])
    topics = parts["topics"].mapping(required=list(Topic))
    sentences = {name: _by_language(parts[name]) for name in _SENTENCES}
    lines = _by_language(parts["lines"])
    labels = {topic: _by_language(topics[topic]) for topic in Topic}
    return SlipDefinition(
        approved=parts["approved"].flag(),
        late_after=timedelta(hours=parts["late_after_hours"].integer()),
        words={
            code: SlipWords(
                language=code,
                lines=tuple(lines[code].texts()),
                topics={topic: labels[topic][code].text() for topic in Topic},
                **{name: entry[code].text() for name, entry in sentences.items()},
            )
            for code in languages.CODES
        },
    )


def topic_labels(topics: list[Topic], language: str) -> list[str]:
    """Topics in words; in the first language where the house has none of its own for ``language``."""
    words = definition().words
    known = words.get(language) or words[languages.CODES[0]]
    return [known.topics[topic] for topic in topics]


def _by_language(entry: Entry) -> dict[str, Entry]:
    return entry.mapping(required=languages.CODES)
