"""What the person takes along on paper: the receipt of a consent, and of having taken something back.

Both are drawn from the stored document and from nothing else.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation

from brik.mapping.themes import THEME_LABELS, Theme
from brik.pdf.document import Document as Pdf
from brik.people.models import OrganisationKind
from consent import texts
from consent.document import WITHDRAWAL_SCHEMA, Document
from consent.models import Consent, Decision, Direction, Text, Withdrawal
from consent.writing import say_date


def pdf(document: Document, *, sha256: str) -> bytes:
    """The document as a tagged PDF; the hash at the end is that of the stored bytes."""
    paper = Pdf(document.title, document.language)
    paper.heading(1, document.title)
    for block in document.blocks:
        if block["type"] == "heading":
            paper.heading(block["level"], block["text"])
        elif block["type"] == "text":
            paper.paragraph(block["text"])
        elif block["type"] == "fact":
            paper.definition(block["term"], block["text"])
        else:
            paper.definition(block["question"], "\n".join([block["answer"], *block["lines"]]))
    paper.paragraph(f"SHA-256: {sha256}")
    return paper.render()


def withdrawal_document(withdrawal: Withdrawal, *, out: list[str], unsure: bool) -> dict[str, Any]:
    """The receipt of a withdrawal, in the language of the person's last consent, else in bokmål."""
    text = _text_for(withdrawal)
    language = text.language if text else "nb"
    words = text.body["withdrawal"] if text else {}
    said = say_date(timezone.localdate(withdrawal.said_at), language)
    parts = list(withdrawal.decisions.all())
    lines = [words.get("said", "{date}").format(date=said), words.get("whole" if withdrawal.whole else "part", "")]
    blocks = [{"type": "text", "text": line} for line in lines if line]
    blocks += [{"type": "text", "text": _named(part, text, language)} for part in parts]
    blocks += [{"type": "text", "text": words[key]} for key in ("stopped", "no_consequence") if key in words]
    blocks.append({"type": "heading", "level": 2, "text": words.get("out", "")})
    told = [*out, words.get("out_text", "")] if out else [words.get("nothing", "")]
    told += [words.get("unsure", "")] if unsure else []
    blocks += [{"type": "text", "text": line} for line in told if line]
    return {
        "schema": WITHDRAWAL_SCHEMA,
        "withdrawal": str(withdrawal.pk),
        "person": str(withdrawal.person_id),
        "language": language,
        "title": words.get("title", "Kvittering"),
        "said_at": withdrawal.said_at.isoformat(),
        "out": out,
        "unsure": unsure,
        "blocks": [block for block in blocks if block["text"]],
    }


def _text_for(withdrawal: Withdrawal) -> Text | None:
    latest = Consent.objects.filter(person=withdrawal.person_id).select_related("text").first()
    if latest is not None:
        return latest.text
    stay = withdrawal.person.current_stay
    return texts.current(stay.legal_status).get("nb") if stay else None


def _named(part: Decision, text: Text | None, language: str) -> str:
    if part.direction == Direction.COLLECT:
        return str(text.body["sources"]["title"]) if text else ""
    with translation.override(language):
        whom = str(OrganisationKind(part.recipient_kind).label)
    return f"{whom}: {THEME_LABELS[Theme(part.theme)][language]}"
