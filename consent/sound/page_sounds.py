"""Finds the sound of words on a page by the words themselves: what is heard is what stands there, or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from string import Formatter

from django.urls import reverse

from consent.sound import sound_files
from consent.sound.paragraphs import Paragraph, paragraphs, plain


@dataclass(frozen=True)
class PageSound:
    """The sound of some words on a page."""

    url: str
    by_machine: bool


def sound_of(words: str, language: str) -> PageSound | None:
    """The sound of words as they are shown; None where there is no file, or it is not clear which words they are."""
    paragraph = _find(plain(words), language)
    sound = sound_files.find(language, paragraph.hash) if paragraph else None
    if paragraph is None or sound is None:
        return None
    return PageSound(reverse("consent:sound", args=[language, paragraph.hash]), sound.by_machine)


def _find(words: str, language: str) -> Paragraph | None:
    fixed, patterns = _index(language)
    if words in fixed:
        return fixed[words]
    matching = {paragraph.hash: paragraph for pattern, paragraph in patterns if pattern.fullmatch(words)}
    return next(iter(matching.values())) if len(matching) == 1 else None


@cache
def _index(language: str) -> tuple[dict[str, Paragraph], list[tuple[re.Pattern[str], Paragraph]]]:
    """The paragraphs that say the same in every talk, by their words; and the others, by what can stand in them."""
    fixed, patterns = dict[str, Paragraph](), defaultdict[str, Paragraph]()
    for paragraph in paragraphs():
        if paragraph.language == language:
            whole = paragraph.shown == paragraph.spoken
            (fixed if whole else patterns).setdefault(paragraph.shown, paragraph)
    return fixed, [(_pattern(shown), paragraph) for shown, paragraph in patterns.items()]


def _pattern(shown: str) -> re.Pattern[str]:
    parts = Formatter().parse(shown)
    return re.compile("".join(re.escape(literal) + (".+" if field else "") for literal, field, _, _ in parts))
