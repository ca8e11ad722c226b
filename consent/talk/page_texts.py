"""The texts of each page of the talk beside its questions: title, points and small print."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from itertools import pairwise
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from brik.definitions.languages import Language
from brik.staff.models import OrganisationKind
from consent.record import choices as chosen
from consent.record import steps
from consent.record.choice_facts import closing_without_yes, recipient
from consent.record.document_writing import chosen_rows, standing_rows
from consent.talk.forms.question_forms import FORMS
from consent.talk.talk_context import TalkContext
from consent.texts.sentences import NORWEGIAN, isolated, norwegian, say_date


def screen(talk: TalkContext, step: str, *, url: Callable[[str], str]) -> dict[str, Any]:
    """The texts of one page with placeholders filled, and a note when the page before was left for later."""
    own = {"later": talk.body["later"], "later_name": "later"} if step in steps.LATER_BUTTON else {}
    return {**own, **_words(talk, step, url=url), "waits": _waits(talk, step)}


def beside(talk: TalkContext, step: str, *, url: Callable[[str], str]) -> dict[str, Any] | None:
    """The words of the same page in bokmål; None where the person's language is Norwegian."""
    bokmaal = talk.texts.get(Language.BOKMAAL)
    if talk.text.language in NORWEGIAN or bokmaal is None or step in (steps.LANGUAGE, steps.TURN):
        return None
    other = copy(talk)
    other.__dict__["text"] = bokmaal
    with translation.override(Language.BOKMAAL):
        words = screen(other, step, url=url)
        form = FORMS[step](talk=other, step=step, prefix=step)
        bounds = [form[name] for name in form.fields if not form[name].is_hidden and not _is_one_more(form[name])]
        questions = [{"label": _label(bound), "options": _options(bound.field)} for bound in bounds]
    points = [
        f"**{point['title']}** {point['text']}" if "title" in point else point["text"]
        for point in words.get("points", [])
    ]
    said = [words[part] for part in ("waits", "promise", "statement", "intro") if words.get(part)]
    after = [words[part] for part in ("nav", "fine") if words.get(part)]
    return {
        # In Norwegian whatever the page is in: it is for whoever follows the talk in Norwegian.
        "title": "Vis norsk ved siden av",
        "screen": words,
        "lines": [*said, *words.get("lines", []), *points, *after],
        "questions": questions,
        "rows": words.get("rows", []),
        "buttons": _buttons(other.body["buttons"], words, step),
    }


def _buttons(texts: dict[str, str], words: dict[str, Any], step: str) -> list[str]:
    """What stands on the buttons of a page, in their order."""
    own = {steps.READ_BACK: texts["right"], steps.CLOSING: words.get("button", "")}
    own |= dict.fromkeys(steps.SIGNED, texts["sign"])
    return [own.get(step, texts["next"]), *([words["later"]] if words.get("later") else []), texts["back"]]


def _is_one_more(bound: Any) -> bool:
    """Whether it asks once more what the field before it asks."""
    return bool(getattr(bound.field, "row", ""))


def _label(bound: Any) -> str:
    """The question of a field; nothing where the title of the page is the question."""
    return "" if getattr(bound.field, "asked_by_title", False) else str(bound.label)


def _options(field: Any) -> list[str]:
    return [str(label) for _, label in getattr(field, "choices", None) or ()]


def _waits(talk: TalkContext, step: str) -> str:
    """The note that nothing is shared or asked until the person answers the page before."""
    before = next((step_before for step_before, after in pairwise(talk.way) if after == step), "")
    texts, answer = talk.body["recipients"], talk.answers.get(before, {})
    if before == steps.MUNICIPALITY and not answer.get("actual"):
        return str(_municipality(talk)["waits"])
    if answer.get("answer") != steps.LATER:
        return ""
    if before in steps.KIND_OF:
        name = recipient(talk.body, talk.offer(before), talk.text.language)
        return str(texts["waits"]).format(recipient=name)
    return str(talk.body["sources"]["waits"]) if before == steps.SOURCES else ""


def _words(talk: TalkContext, step: str, *, url: Callable[[str], str]) -> dict[str, Any]:
    if step in steps.KIND_OF:
        return _sharing(talk, step)
    if step == steps.READ_BACK:
        return _read_back(talk, url=url)
    make = _WORDS.get(step)
    return make(talk) if make else {}


def _information(talk: TalkContext) -> dict[str, Any]:
    texts = talk.body["information"]
    points = [_filled(point, leader=isolated(talk.leader, talk.text.language)) for point in texts["points"]]
    return {"title": texts["title"], "promise": texts["promise"], "points": points}


def _question(talk: TalkContext, texts: dict[str, Any]) -> dict[str, Any]:
    return {**{part: texts[part] for part in ("title", "points", "fine")}, "later": talk.body["later"], "texts": texts}


def _common(talk: TalkContext) -> dict[str, Any]:
    return {part: talk.body["common"][part] for part in ("title", "points", "nav", "fine")}


def _read_back(talk: TalkContext, *, url: Callable[[str], str]) -> dict[str, Any]:
    body = talk.body
    rows = chosen_rows(body, talk.choices(), language=talk.text.language, at=timezone.now())
    # What stands is changed on one page, in a talk that starts from it.
    pages = {row["step"]: row["step"] if row["step"] in talk.way else steps.STANDING for row in rows}
    rows = [{**row, "url": url(pages[row["step"]])} for row in rows]
    return {**body["readback"], "rows": rows, "sheet": _sheet(talk)}


def _sheet(talk: TalkContext) -> dict[str, Any]:
    """A page that is printed to sign on paper needs who signs what, and lines to sign on."""
    texts, unit = talk.body["signature"], talk.talk.person.known_stay.unit.name
    return {**texts["sheet"], "statement": texts["statement"], "unit": unit}


def _said_again(talk: TalkContext) -> dict[str, Any]:
    """What the law demands to be said, what stood with two answers each, what had no yes, and the signature."""
    standing, texts = talk.said_again, talk.body["readback"]["standing"]
    if standing is None:
        raise chosen.NotReady(steps.INFORMATION)
    return {
        **{part: texts[part] for part in ("title", "intro", "rest")},
        **{part: words for part, words in _information(talk).items() if part != "title"},
        "rows": standing_rows(talk.body, standing, language=talk.text.language),
        "statement": talk.body["signature"]["statement"],
        "sheet": _sheet(talk),
    }


def _standing(talk: TalkContext) -> dict[str, Any]:
    """What the law demands to be said, and what a second talk starts from."""
    with translation.override(talk.text.language):
        intro = _("Dette har du sagt ja til. Med «Fortsatt ja» får det en ny dag. Ellers slutter det den dagen.")
    told = {part: words for part, words in _information(talk).items() if part != "title"}
    return {**told, "title": talk.body["readback"]["standing"]["title"], "intro": intro}


def _signature(talk: TalkContext) -> dict[str, Any]:
    talk.choices()
    return {part: talk.body["signature"][part] for part in ("title", "statement")}


def _closing(talk: TalkContext) -> dict[str, Any]:
    answer = steps.answer_to_mapping(talk.answers, talk.way)
    return closing_without_yes(talk.body, answer, talk.text.language, leader=talk.leader)


def _turn(talk: TalkContext) -> dict[str, Any]:
    """What the staff see to before the person gets the screen."""
    texts, name = talk.staff_body["turn"], talk.talk.person.name
    return {
        "title": texts["title"].format(name=name),
        "lines": [line.format(name=name) for line in texts["lines"]],
        "button": texts["button"],
    }


def _municipality(talk: TalkContext) -> dict[str, Any]:
    texts: dict[str, Any] = talk.body["recipients"]["kinds"][OrganisationKind.NAV_MUNICIPAL]["municipality"]
    return texts


def _sharing(talk: TalkContext, step: str) -> dict[str, Any]:
    offer = talk.offer(step)
    own, name = talk.body["recipients"]["kinds"][offer.kind], norwegian(offer.organisation.name, talk.text.language)
    icons = {"who": own["icon"], "gets": "file-text", "absence": "eye-slash"}
    points = [{"icon": icon, "text": own[part]} for part, icon in icons.items() if part in own]
    return {
        "title": own["title"],
        "points": [_filled(point, recipient=name) for point in points],
        "later": talk.body["later"],
        "until": _until(talk),
    }


def _until(talk: TalkContext) -> list[dict[str, Any]]:
    """The last day after each number of months: the page shows that of the chosen one."""
    now, language = timezone.now(), talk.text.language
    sentence = talk.body["recipients"]["until"]
    days = {months: say_date(chosen.last_day(now, months), language) for months in chosen.MONTHS}
    return [{"months": months, "text": sentence.format(date=day)} for months, day in days.items()]


def _filled(point: dict[str, str], **values: str) -> dict[str, str]:
    return {**point, "text": point["text"].format(**values)}


# The pages of no recipient, and not the read-back: that leads to other pages.
_WORDS: dict[str, Callable[[TalkContext], dict[str, Any]]] = {
    steps.TURN: _turn,
    steps.INFORMATION: _information,
    steps.MAPPING: lambda talk: _question(talk, talk.body["mapping"]),
    steps.SOURCES: lambda talk: _question(talk, talk.body["sources"]),
    steps.COMMON: _common,
    steps.MUNICIPALITY: lambda talk: {
        "title": talk.body["recipients"]["kinds"][OrganisationKind.NAV_MUNICIPAL]["title"]
    },
    steps.EXPLAINED: lambda talk: talk.body["explained"],
    steps.SIGNATURE: _signature,
    steps.CLOSING: _closing,
    steps.SAID_AGAIN: _said_again,
    steps.STANDING: _standing,
}
