"""What a document says about the choices: the sentences of the last page, and the texts of the questions."""

from __future__ import annotations

from typing import Any

from brik.definitions.languages import Language
from brik.staff.models import Channel
from consent.models import DecisionAnswer
from consent.record import steps
from consent.record.choices import Choices
from consent.record.recipients import Offered
from consent.texts.sentences import listed_apart, norwegian, organisation, plain


def closing(body: dict[str, Any], choices: Choices, language: str) -> dict[str, Any]:
    """The last page of a talk: what was decided, how to undo it, and the receipt."""
    done = body["done"]
    lines = [done[choices.outcome.name]]
    if choices.mapping == steps.YES:
        names = [
            recipient(body, sharing.offer, language)
            for sharing in choices.sharing
            if sharing.answer == DecisionAnswer.PERMIT
        ]
        recipients = listed_apart(names, language)
        lines.append(done["shares"].format(recipients=recipients) if names else done["shares_nothing"])
        waiting = [done["waits_asking"]] if choices.asking == DecisionAnswer.NOT_ASKED else []
        waiting += [
            recipient(body, sharing.offer, language)
            for sharing in choices.sharing
            if sharing.answer == DecisionAnswer.NOT_ASKED
        ]
        lines += [done["waits"].format(recipients=listed_apart(waiting, language))] if waiting else []
    return {"title": done["title"], "lines": [*lines, done["change"], done["paper"]], "button": done["button"]}


def questions_shown(body: dict[str, Any], choices: Choices, language: str) -> list[dict[str, Any]]:
    """The texts of the question pages, so that a reader sees what the choices answered."""
    blocks = [heading(body["mapping"]["title"], 3), *(paragraph(point["text"]) for point in body["mapping"]["points"])]
    blocks += [heading(body["sources"]["title"], 3), *(paragraph(point["text"]) for point in body["sources"]["points"])]
    texts = body["recipients"]
    for sharing in choices.sharing:
        name, own = norwegian(sharing.offer.organisation.name, language), texts["kinds"][sharing.offer.kind]
        blocks.append(heading(plain(own["title"], recipient=name), 3))
        for line in (own["who"], own["gets"], own.get("absence", "")):
            if line:
                blocks.append(paragraph(plain(line, recipient=name)))
    # Shown on the page of every recipient, written once.
    undo = dict.fromkeys(undoing(body, sharing.offer) for sharing in choices.sharing)
    return blocks + [paragraph(line) for line in (texts["long"], *undo, texts["fine"]) if choices.sharing]


def undoing(body: dict[str, Any], offer: Offered) -> str:
    """How sharing is undone: our inbox is emptied, a recipient of a message is asked to delete."""
    return str(body["recipients"]["undo_sent" if offer.organisation.channel == Channel.MESSAGE else "undo"])


def recipient(body: dict[str, Any], offer: Offered, language: str) -> str:
    """The name of a recipient; in other languages than Norwegian, also what kind it is."""
    name = offer.organisation.name
    if language in (Language.BOKMAAL, Language.NYNORSK):
        return name
    return organisation(name, body["withdrawal"]["kinds"][offer.kind], language)


def heading(text: str, level: int = 2) -> dict[str, Any]:
    return {"type": "heading", "level": level, "text": text}


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text.replace("**", "")}


def fact(term: str, text: str) -> dict[str, Any]:
    return {"type": "fact", "term": term, "text": text}
