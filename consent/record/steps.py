"""The steps of the talk and their order. A pure function of what has been answered so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brik.staff.models import OrganisationKind

LANGUAGE = "sprak"
INFORMATION = "informasjon"
MAPPING = "kartlegging"
SOURCES = "andre"
EXPLAINED = "forklart"
READ_BACK = "gjennomgang"
SIGNATURE = "underskrift"
CLOSING = "avslutning"

# What was typed on a page that was left for the hidden screen. No answer to anything.
TYPED = "_typed"

# What becomes of the answer decides which way the talk goes.
YES, NO, LATER = "JA", "NEI", "SNAKKE"

SHARING = {kind: "del-" + kind.lower().replace("_", "-") for kind in OrganisationKind}
KIND_OF = {slug: kind for kind, slug in SHARING.items()}
ALL = (LANGUAGE, INFORMATION, MAPPING, SOURCES, *SHARING.values(), EXPLAINED, READ_BACK, SIGNATURE, CLOSING)


def steps(answers: dict[str, Any], offered: Sequence[OrganisationKind]) -> list[str]:
    """The steps of this talk, in order. Who says no, or not yet, goes straight to a short closing."""
    way = [LANGUAGE, INFORMATION, MAPPING]
    if answers.get(MAPPING, {}).get("answer") in (NO, LATER):
        return [*way, CLOSING]
    return [*way, SOURCES, *(SHARING[kind] for kind in offered), EXPLAINED, READ_BACK, SIGNATURE]


def first_unanswered(answers: dict[str, Any], way: Sequence[str]) -> str:
    """Where the talk goes on: nobody jumps past what has not been answered."""
    return next((step for step in way if step not in answers), way[-1])


def open_steps(answers: dict[str, Any], way: Sequence[str]) -> list[str]:
    """The steps one may be at: all that are answered, and the next one."""
    return list(way[: way.index(first_unanswered(answers, way)) + 1])


def standing(answers: dict[str, Any], version: str) -> dict[str, Any]:
    """The answers that stand when the talk goes on with ``version`` of its text.

    Who was told in another version has not been told what would be signed: all of it is told and asked anew.
    """
    if INFORMATION not in answers or answers[INFORMATION].get("version") == version:
        return answers
    return {LANGUAGE: answers[LANGUAGE]}


def after_saving(answers: dict[str, Any], step: str, answer: dict[str, Any]) -> dict[str, Any]:
    """All answers when a step has been saved.

    What was read back and signed is read back and signed anew; what was read in another language is read again,
    and how it was told is asked anew when there was no interpreter, or one, after all.
    """
    dropped = {step, CLOSING, TYPED}
    if step != SIGNATURE:
        dropped |= {SIGNATURE, READ_BACK}
    before = answers.get(LANGUAGE, {})
    if step == LANGUAGE and any(answer.get(name) != before.get(name) for name in ("language", "interpreter")):
        dropped.add(INFORMATION)
    return {**{name: value for name, value in answers.items() if name not in dropped}, step: answer}
