"""The texts of each page of the talk beside its questions: title, points and small print."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django.utils import timezone

from consent.record import choices as chosen
from consent.record import steps
from consent.record.choice_facts import recipient, undoing
from consent.record.document_writing import chosen_rows
from consent.talk.talk_context import TalkContext
from consent.texts.sentences import isolated, norwegian


def screen(talk: TalkContext, step: str, *, url: Callable[[str], str]) -> dict[str, Any]:
    """The texts of one page with placeholders filled, and a note when the page before was left for later."""
    return {**_words(talk, step, url=url), "waits": _waits(talk, step)}


def _waits(talk: TalkContext, step: str) -> str:
    """The note that nothing is shared or asked until the person answers the page before."""
    before = next((step_before for step_before, after in pairwise(talk.way) if after == step), "")
    if talk.answers.get(before, {}).get("answer") != steps.LATER:
        return ""
    if before in steps.KIND_OF:
        name = recipient(talk.body, talk.offer(before), talk.text.language)
        return str(talk.body["recipients"]["waits"]).format(recipient=name)
    return str(talk.body["sources"]["waits"]) if before == steps.SOURCES else ""


def _words(talk: TalkContext, step: str, *, url: Callable[[str], str]) -> dict[str, Any]:
    body = talk.body
    if step == steps.INFORMATION:
        texts = body["information"]
        points = [_filled(point, leader=isolated(talk.leader, talk.text.language)) for point in texts["points"]]
        return {"title": texts["title"], "promise": texts["promise"], "points": points}
    if step == steps.MAPPING:
        texts = body["mapping"]
        return {"title": texts["title"], "points": texts["points"], "fine": texts["fine"], "later": texts["later"]}
    if step == steps.SOURCES:
        texts = body["sources"]
        later = body["recipients"]["later"]
        return {
            "title": texts["title"],
            "points": texts["points"],
            "fine": texts["fine"],
            "later": later,
            "texts": texts,
        }
    if step in steps.KIND_OF:
        return _sharing(talk, step)
    if step == steps.EXPLAINED:
        explained: dict[str, Any] = body["explained"]
        return explained
    if step == steps.READ_BACK:
        choices = chosen.read(talk.answers, offers=talk.offers, signed=False)
        rows = chosen_rows(body, choices, language=talk.text.language, at=timezone.now())
        # This page is printed to sign on paper: the sheet needs who signs what, and lines to sign on.
        unit = talk.talk.person.known_stay.unit.name
        sheet = {**body["signature"]["sheet"], "statement": body["signature"]["statement"], "unit": unit}
        return {**body["readback"], "rows": [{**row, "url": url(row["step"])} for row in rows], "sheet": sheet}
    if step == steps.SIGNATURE:
        chosen.read(talk.answers, offers=talk.offers, signed=False)
        return {"title": body["signature"]["title"], "statement": body["signature"]["statement"]}
    if step == steps.CLOSING:
        refused = talk.answers[steps.MAPPING]["answer"] == steps.NO
        closing: dict[str, Any] = body["closing"]["REFUSED" if refused else "DEFERRED"]
        return closing
    return {}


def _sharing(talk: TalkContext, step: str) -> dict[str, Any]:
    texts, offer = talk.body["recipients"], talk.offer(step)
    own, name = texts["kinds"][offer.kind], norwegian(offer.organisation.name, talk.text.language)
    points = [
        {"icon": own["icon"], "text": own["who"]},
        {"icon": "file-text", "text": own["gets"]},
        {"icon": "calendar", "text": texts["long"]},
        {"icon": "arrow-undo", "text": undoing(talk.body, offer)},
    ]
    if "absence" in own:
        points.insert(2, {"icon": "eye-slash", "text": own["absence"]})
    return {
        "title": own["title"].format(recipient=name),
        "intro": texts["asked_first"] if "absence" in own else "",
        "points": [_filled(point, recipient=name) for point in points],
        "fine": texts["fine"],
        "later": texts["later"],
    }


def _filled(point: dict[str, str], **values: str) -> dict[str, str]:
    return {**point, "text": point["text"].format(**values)}
