"""The paragraphs of the talk that can be heard: their names, their words, and the hash that binds a sound to them.

Only what the house has written itself is here, from the files of the texts. What differs from talk to talk (a name, a
recipient, a day) is read as a neutral word: no file says anything about a person, and all talks share the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import DefinitionError
from brik.slips import slip_words
from brik.vault.canonical import canonical, sha256
from consent.texts import catalogue

NEUTRAL_WORDS: Final = fixtures.FOLDER / "sound" / "neutral_words.yaml"
# What the person does not meet in the talk: papers, errors, and what is said to the staff or written to recipients.
NOT_HEARD: Final = {
    *("step", "step_so_far", "receipt", "withdrawal", "notice", "turn", "give_back", "interpreter", "people", "errors"),
}
# Names of things, not words of the talk.
NOT_WORDS: Final = {"icon", "code", "id", "language"}
HASH_LENGTH: Final = 32
# The marks of emphasis, and those that keep a name in its own direction.
_MARKS = re.compile(r"\*\*|[\u00ad\u2066-\u2069]")


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few, as they stand on the screen and as they are read aloud."""

    name: str
    language: str
    shown: str
    spoken: str

    @property
    def hash(self) -> str:
        """Of the words that are read aloud: another word is another sound."""
        return sha256(canonical({"language": self.language, "words": self.spoken}))[:HASH_LENGTH]

    @property
    def stem(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.name}.{self.hash}"


def plain(words: str) -> str:
    """Words without marks, in one line."""
    return " ".join(_MARKS.sub("", words).split())


@cache
def paragraphs(folder: Path = catalogue.FOLDER) -> tuple[Paragraph, ...]:
    """Each paragraph once a language, from every text that can be shown. Raises ``DefinitionError``."""
    found: dict[tuple[str, str], Paragraph] = {}
    for paragraph in _all(folder):
        found.setdefault((paragraph.language, paragraph.hash), paragraph)
    return tuple(sorted(found.values(), key=lambda paragraph: (paragraph.language, paragraph.name, paragraph.hash)))


def neutral_words() -> dict[str, dict[str, str]]:
    """The words in place of each placeholder, by language. Raises ``DefinitionError``."""
    words: dict[str, dict[str, str]] = strict_yaml.load(NEUTRAL_WORDS)
    for name, by_language in words.items():
        if missing := languages.lacking([by_language]):
            raise DefinitionError(NEUTRAL_WORDS.name, 1, f"{name} has no word in {', '.join(missing)}")
    return words


def _all(folder: Path) -> Iterator[Paragraph]:
    neutral = neutral_words()
    for text in catalogue.read(folder).values():
        if catalogue.can_be_shown(text["version"]):
            heard = {part: words for part, words in text["body"].items() if part not in NOT_HEARD}
            yield from _of(heard, text["language"], neutral)
    for language, words in slip_words.definition().words.items():
        yield from _of({"slip": vars(words)}, language, neutral)


def _of(body: dict[str, Any], language: str, neutral: dict[str, dict[str, str]]) -> Iterator[Paragraph]:
    for name, words in _words_of(body):
        values = {field: neutral[field][language] for field in _fields(words) if field in neutral}
        if len(values) == len(set(_fields(words))):
            shown = plain(words)
            yield Paragraph(name, language, shown, shown.format(**values))


def _fields(words: str) -> list[str]:
    return [field for _, field, _, _ in Formatter().parse(words) if field]


def _words_of(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
        return
    parts: Iterable[tuple[Any, Any]] = ()
    if hasattr(value, "items"):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    for key, inner in parts:
        if key not in NOT_WORDS:
            yield from _words_of(inner, f"{name}.{key}".lstrip("."))
