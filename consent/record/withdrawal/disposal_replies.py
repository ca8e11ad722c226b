"""What recipients have answered about prints and notes: added to the receipt of a withdrawal each time it is shown.

The stored receipt never changes. What is added is no part of it, and stands after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from brik.staff.models import OrganisationKind
from consent.models import Withdrawal
from consent.record.receipt import recipient_words, text_for
from consent.texts import catalogue as texts
from consent.texts.sentences import isolated, listed, norwegian, say_date


@dataclass(frozen=True)
class DisposalReply:
    """One recipient, the day something was shared with it, and its answer, if it has answered."""

    name: str
    kind: OrganisationKind
    day: date
    answered_on: date | None = None
    # The law under which it keeps something; None where all is shredded.
    law: str | None = None


def reply_blocks(withdrawal: Withdrawal, replies: Sequence[DisposalReply], *, language: str) -> list[dict[str, Any]]:
    """A heading and a line for each reply, as blocks of a document; nothing without replies."""
    text = text_for(withdrawal)
    spoken = texts.current(text.kind).get(language) if text else None
    words = spoken.body.get("withdrawal", {}) if spoken else {}
    if spoken is None or not replies or "replies" not in words:
        return []
    lines = [
        f"{_who_and_when(reply, spoken.body, language)} – {_said(reply, words['replies'], language)}"
        for reply in sorted(
            replies, key=lambda reply: (list(OrganisationKind).index(reply.kind), reply.day, reply.name)
        )
    ]
    if any(reply.answered_on is None for reply in replies):
        lines.append(words["again"])
    heading = {"type": "heading", "level": 2, "text": words["answered"]}
    return [heading, *({"type": "text", "text": line} for line in lines)]


def _who_and_when(reply: DisposalReply, body: dict[str, Any], language: str) -> str:
    recipient = recipient_words(reply.name, reply.kind, body, language)
    return listed([recipient, isolated(say_date(reply.day, language), language)], language)


def _said(reply: DisposalReply, words: dict[str, str], language: str) -> str:
    if reply.answered_on is None:
        return words["NONE"]
    if reply.law is not None:
        return words["KEPT"].format(law=norwegian(reply.law, language))
    return words["SHREDDED"].format(date=isolated(say_date(reply.answered_on, language), language))
