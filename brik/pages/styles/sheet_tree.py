"""Reads a style sheet into a tree of rules and writes it again, small. Enough of CSS Syntax Level 3 for our sheets.

Knows strings, comments, ``url()`` and nesting; it changes no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# What is read as one piece: a string, an address without quotes, or one sign.
_PIECE = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\((?![\"'])[^)]*\)|.", re.S)


@dataclass
class Rule:
    """A selector or an at-rule with its declarations and the rules in it. One without a block ends with a semicolon."""

    head: str
    declarations: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    has_block: bool = True

    def written(self) -> str:
        """As small as it reads the same."""
        if not self.has_block:
            return f"{self.head};"
        inner = ";".join(self.declarations)
        rules = "".join(rule.written() for rule in self.rules)
        return f"{self.head}{{{inner}{';' if inner and rules else ''}{rules}}}"


def read(sheet: str) -> list[Rule]:
    """The rules of a sheet. Raises ``ValueError`` where its braces do not fit."""
    root, open_rules, text = Rule(""), [], ""
    current = root
    depth = 0
    for piece in _pieces(sheet):
        depth += (piece == "(") - (piece == ")")
        if depth or piece not in ("{", "}", ";"):
            text += piece
            continue
        if piece == "{":
            rule = Rule(_tidy(text))
            current.rules.append(rule)
            open_rules.append(current)
            current = rule
        else:
            _end(current, _tidy(text), top=current is root)
            if piece == "}":
                if not open_rules:
                    raise ValueError("a brace too many")
                current = open_rules.pop()
        text = ""
    if open_rules or text.strip():
        raise ValueError("the sheet ends inside a rule")
    return root.rules


def write(rules: list[Rule]) -> str:
    """The sheet of these rules."""
    return "".join(rule.written() for rule in rules)


def split(text: str, sign: str = ",") -> list[str]:
    """The parts between commas that stand in no brackets."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(text):
        depth += (piece in "([") - (piece in ")]") if len(piece) == 1 else 0
        if piece == sign and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def walk(rules: list[Rule]) -> Iterator[Rule]:
    """Every rule, and the rules in it."""
    for rule in rules:
        yield rule
        yield from walk(rule.rules)


def _pieces(sheet: str) -> Iterator[str]:
    # Comments first: an apostrophe in one is no string.
    for piece in _PIECE.finditer(_COMMENT.sub("", sheet)):
        yield piece[0]


def _end(rule: Rule, text: str, *, top: bool) -> None:
    """A declaration, or an at-rule without a block, has ended."""
    if text.startswith("@") or (top and text):
        rule.rules.append(Rule(text, has_block=False))
    elif text:
        rule.declarations.append(text)


def _tidy(text: str) -> str:
    """One space for several, and none after a colon or comma at a declaration's beginning. Strings stay as they are."""
    pieces = [piece if len(piece) > 1 else " " if piece.isspace() else piece for piece in _PIECE.findall(text)]
    joined = "".join(piece for at, piece in enumerate(pieces) if piece != " " or (at and pieces[at - 1] != " "))
    return joined.strip()
