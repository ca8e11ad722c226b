"""What a document says about the choices: the sentences of the last page, and the texts of the questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from consent.models import DecisionAnswer
from consent.record import steps
from consent.record.choices import Choices, Sharing
from consent.record.document import Source
from consent.record.recipients import Offered
from consent.texts.sentences import (
    NORWEGIAN,
    isolated,
    listed,
    listed_apart,
    norwegian,
    organisation,
    plain,
    say_date,
)

if TYPE_CHECKING:
    from consent.record.withdrawal.standing_choices import StandingChoices


def closing(body: dict[str, Any], choices: Choices, language: str, *, leader: str) -> dict[str, Any]:
    """The last page of a talk: what was decided, how to undo it, and the receipt; then the screen goes back."""
    if choices.mapping != steps.YES:
        return closing_without_yes(body, choices.mapping, language, leader=leader)
    done = body["done"]
    names = [
        recipient(body, sharing.offer, language)
        for sharing in choices.sharing
        if sharing.answer == DecisionAnswer.PERMIT
    ]
    recipients = listed_apart(names, language)
    lines = [
        done[choices.outcome.name],
        done["shares"].format(recipients=recipients) if names else done["shares_nothing"],
    ]
    waiting = [done["waits_asking"]] if choices.asking == DecisionAnswer.NOT_ASKED else []
    waiting += [
        recipient(body, sharing.offer, language)
        for sharing in choices.sharing
        if sharing.answer == DecisionAnswer.NOT_ASKED
    ]
    lines += [done["waits"].format(recipients=listed_apart(waiting, language))] if waiting else []
    button = done["button"].format(leader=isolated(leader, language))
    return {"title": done["title"], "lines": [*lines, done["change"], done["paper"]], "button": button}


def closing_without_yes(body: dict[str, Any], answer: str, language: str, *, leader: str) -> dict[str, Any]:
    """The last page after a no, or when the person wants to talk to somebody first."""
    texts = body["closing"]["REFUSED" if answer == steps.NO else "DEFERRED"]
    return {**texts, "button": texts["button"].format(leader=isolated(leader, language))}


def questions_shown(body: dict[str, Any], choices: Choices, language: str) -> list[dict[str, Any]]:
    """The texts of the question pages that were shown, so that a reader sees what the choices answered."""
    blocks: list[dict[str, Any]] = []
    for step, name in ((steps.MAPPING, "mapping"), (steps.SOURCES, "sources")):
        if choices.has_shown(step):
            blocks += [heading(body[name]["title"], 3), *(paragraph(point["text"]) for point in body[name]["points"])]
    common, texts = body["common"], body["recipients"]
    if choices.has_shown(steps.COMMON):
        blocks += [heading(common["title"], 3), *(fact(point["title"], point["text"]) for point in common["points"])]
        blocks += [paragraph(common[part]) for part in ("nav", "fine")]
    for sharing in (row for row in choices.sharing if choices.has_shown(steps.SHARING[row.offer.kind])):
        name, own = norwegian(sharing.offer.organisation.name, language), texts["kinds"][sharing.offer.kind]
        blocks.append(heading(own["title"], 3))
        blocks += [paragraph(plain(own[part], recipient=name)) for part in ("who", "gets", "absence") if part in own]
    return blocks


def asked_about(body: dict[str, Any], sources: Iterable[Source], language: str) -> list[str]:
    """Who may be asked, and about what."""
    return [
        # A dash, since the sentence about the themes has a colon.
        f"{isolated(source.name, language)} – "
        + body["receipt"]["asks"].format(themes=listed((body["themes"][theme] for theme in source.themes), language))
        for source in sources
    ]


def standing_lines(body: dict[str, Any], standing: StandingChoices, language: str) -> dict[str, str]:
    """Each yes that stood, by its step: to the talk, to asking others, and to each recipient."""
    rows, until = body["readback"]["rows"], body["receipt"]["answers"]["yes"]
    year = until.format(date=say_date(standing.until, language))
    lines = {steps.MAPPING: f"{rows['mapping']}: {year}"}
    if standing.sources:
        asked_until = until.format(date=say_date(standing.asking_until or standing.until, language))
        lines[steps.SOURCES] = f"{rows['sources']}: {asked_until}"
    for sharing in standing.permitted:
        lines[steps.SHARING[sharing.offer.kind]] = standing_line(body, sharing, language)
    return lines


def standing_line(body: dict[str, Any], sharing: Sharing, language: str) -> str:
    """A yes to sharing with a recipient: what, and until when."""
    line: str = body["readback"]["standing"]["line"].format(
        recipient=recipient(body, sharing.offer, language),
        themes=listed((body["themes"][theme] for theme in sharing.themes), language),
        date=say_date(sharing.until, language) if sharing.until else "",
    )
    return line


def recipient(body: dict[str, Any], offer: Offered, language: str) -> str:
    """The name of a recipient; in other languages than Norwegian, also what kind it is."""
    name = offer.organisation.name
    if language in NORWEGIAN:
        return name
    return organisation(name, body["kinds"][offer.kind], language)


def heading(text: str, level: int = 2) -> dict[str, Any]:
    return {"type": "heading", "level": level, "text": text}


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text.replace("**", "")}


def fact(term: str, text: str, *, language: str = "") -> dict[str, Any]:
    """A name and what stands for it. ``language``: of the text, where it is another than that of the document."""
    block = {"type": "fact", "term": term, "text": text}
    return {**block, "language": language} if language else block
