"""Cuts the vendored design system down to what the house uses, so that the first page comes over a thin line.

A selector stays where its classes, own elements and ``data-color`` values stand somewhere in our templates, Python or
scripts; a custom property, where something reads it; an animation, where something plays it. The sources stay as they
were published, in ``static/vendor``; ``make styles`` writes the sheet, and a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings

from brik.pages.styles.sheet_tree import Rule, read, split, walk, write

STATIC: Final = Path(__file__).resolve().parent.parent / "static"
# In the order in which the pages had them.
SOURCES: Final = ("vendor/designsystemet-css/index.css", "vendor/brik-theme/brik.css")
SHEET: Final = STATIC / "designsystem.css"
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_OWN_ELEMENT = re.compile(r"(?<![\w.#:\[\"'=-])([a-z]+-[a-z-]+)(?![\w(])")
_COLOUR = re.compile(r"\[data-color=[\"']?([\w-]+)[\"']?\]")
_WORD = re.compile(r"[\w-]+")
_FUNCTION = re.compile(r":(is|where|has|not|host|nth-child|nth-last-child|dir|lang|state|part)\(")
_PROPERTY = re.compile(r"--[\w-]+")


def cut() -> str:
    """The sheet: both sources without what nothing uses. The same files always give the same bytes."""
    words = _words_of_ours()
    rules = [rule for source in SOURCES for rule in read((STATIC / source).read_text())]
    rules = _kept(rules, words)
    rules = _without_idle_properties(rules)
    rules = _without_idle_animations(rules)
    licences = "/* designsystemet-css and theme: MIT, © Digdir; cut by `make styles` from static/vendor. */\n"
    return licences + write(rules) + "\n"


def _files_of_ours() -> Iterable[Path]:
    """Every file in which a class can be named."""
    for folder in ("templates", "brik", "consent", "followup"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            in_tree = "vendor" not in path.parts and "styles" not in path.parts and "typefaces" not in path.parts
            if path.suffix in {".html", ".py", ".js"} and in_tree:
                yield path


def _words_of_ours() -> frozenset[str]:
    return frozenset(word for path in _files_of_ours() for word in _WORD.findall(path.read_text()))


def _kept(rules: list[Rule], words: frozenset[str]) -> list[Rule]:
    kept = []
    for rule in rules:
        if rule.has_block and not rule.head.startswith("@"):
            heads = [selector for selector in split(rule.head) if _may_match(selector, words)]
            if not heads:
                continue
            rule.head = ",".join(heads)
        rule.rules = _kept(rule.rules, words)
        if not rule.has_block or rule.declarations or rule.rules:
            kept.append(rule)
    return kept


def _may_match(selector: str, words: frozenset[str]) -> bool:
    """Whether anything of ours can be chosen by it. What it excludes says nothing."""
    plain = ""
    while (function := _FUNCTION.search(selector)) is not None:
        plain += selector[: function.start()]
        inner, selector = _brackets(selector[function.end() :])
        if function[1] in {"is", "where", "has"} and not any(_may_match(part, words) for part in split(inner)):
            return False
    plain += selector
    named = {*_CLASS.findall(plain), *_OWN_ELEMENT.findall(re.sub(r"\[[^\]]*\]|::?[\w-]+", "", plain))}
    return (named | set(_COLOUR.findall(plain))) <= words


def _brackets(text: str) -> tuple[str, str]:
    """What stands before the bracket that closes, and what follows it."""
    depth = 1
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return text[:at], text[at + 1 :]
    raise ValueError("a bracket is not closed")


def _without_idle_properties(rules: list[Rule]) -> list[Rule]:
    """Without custom properties that nothing reads; those that only such read go with them."""
    others = "".join(path.read_text() for path in _own_sheets())
    while True:
        declared = [text for rule in walk(rules) for text in rule.declarations]
        values = " ".join(text.partition(":")[2] if text.startswith("--") else text for text in declared)
        heads = " ".join(rule.head for rule in walk(rules))
        read_names = set(_PROPERTY.findall(values + heads + others))
        idle = False
        for rule in walk(rules):
            stay = [text for text in rule.declarations if not text.startswith("--") or _name(text) in read_names]
            idle |= len(stay) != len(rule.declarations)
            rule.declarations = stay
        if not idle:
            return _not_empty(rules)


def _own_sheets() -> Iterable[Path]:
    """Our own style sheets, and scripts and templates, which may read a property too."""
    sheets = [
        path
        for folder in ("brik", "consent", "followup")
        for path in sorted((settings.BASE_DIR / folder).rglob("*.css"))
        if "vendor" not in path.parts and path != SHEET
    ]
    return [*sheets, *(path for path in _files_of_ours() if path.suffix != ".py")]


def _name(declaration: str) -> str:
    return declaration.partition(":")[0].strip()


def _without_idle_animations(rules: list[Rule]) -> list[Rule]:
    played = {
        word
        for rule in walk(rules)
        for text in rule.declarations
        if text.lower().startswith(("animation", "--")) or "animation" in text
        for word in _WORD.findall(text)
    }

    def stays(rule: Rule) -> bool:
        return not rule.head.startswith("@keyframes") or rule.head.split()[-1] in played

    for rule in walk(rules):
        rule.rules = [inner for inner in rule.rules if stays(inner)]
    return _not_empty([rule for rule in rules if stays(rule)])


def _not_empty(rules: list[Rule]) -> list[Rule]:
    for rule in rules:
        rule.rules = _not_empty(rule.rules)
    return [rule for rule in rules if not rule.has_block or rule.declarations or rule.rules]
