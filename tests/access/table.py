"""The table of who reaches which address, and with how many queries at most."""

from __future__ import annotations

import csv
from pathlib import Path

from django.urls import URLResolver, get_resolver

_LINES = [
    [cell.strip() for cell in line]
    for line in csv.reader((Path(__file__).parent / "access.csv").read_text().splitlines())
]
# Everybody the table decides about: roles, a mapper who is not approved, and somebody who has not signed in.
ROLES = [head for head in _LINES[0] if head not in {"adresse", "metode", "sporringer"}]
TABLE = {line[0]: dict(zip(_LINES[0], line, strict=True)) for line in _LINES[1:]}


def names() -> set[str]:
    """Every address of the house, by name."""
    found: set[str] = set()

    def walk(patterns, room: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, pattern.app_name or room)
            else:
                found.add(f"{room}:{pattern.name}")

    walk(get_resolver().url_patterns, "")
    return found
