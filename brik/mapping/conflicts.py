"""Two versions of one area side by side, in words, and the officer's choice between them. Neither is lost."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brik.mapping import uncorrected
from brik.mapping.forms import AreaForm
from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.questionnaire import Area
from brik.pages import errors

MINE, THEIRS = "mine", "theirs"
WHOLE = "area"


class Unchosen(Exception):
    """Two versions differ and nobody has said which one stands."""


def differing(area: Area, mine: ReadOnly[str, Any], theirs: ReadOnly[str, Any]) -> list[str]:
    """The link ids, in the page's order, whose value or source is not the same in both."""

    def said(answer: ReadOnly[str, Any] | None) -> tuple[Any, Any] | None:
        return None if answer is None else (answer["value"], answer["source"])

    ids = [question.link_id for question in area.questions]
    return [link_id for link_id in ids if said(mine.get(link_id)) != said(theirs.get(link_id))]


def merged(form: AreaForm, stored: ReadOnly[str, Any], posted: ReadOnly[str, str]) -> dict[str, Any]:
    """The answers of the form; where the officer has chosen between two versions, as chosen.

    Raises:
        Unchosen: a choice is missing, or is none.
    """
    answers = form.answers()
    if not posted.get("merge"):
        return answers
    for link_id in differing(form.area, answers, stored):
        choice = posted.get(f"choose-{link_id}")
        if choice == THEIRS:
            answers.pop(link_id, None)
            if link_id in stored:
                answers[link_id] = stored[link_id]
        elif choice != MINE:
            raise Unchosen
    return answers


def page(
    request: HttpRequest, form: AreaForm, section: Section, mapping: Mapping, *, unchosen: bool = False
) -> HttpResponse:
    """Both versions, a choice for each question where they differ, and what was typed carried along."""
    errors.record(request, 409, reason="clash")
    theirs = section.answers.open()["answers"]
    declines = request.POST.get("then") == "decline"
    mine = {} if declines else form.answers()
    rows = [
        {
            "name": f"choose-{link_id}",
            "text": form.area.question(link_id).text[form.language],  # type: ignore[union-attr]
            "mine": mine.get(link_id),
            "theirs": theirs.get(link_id),
            "chosen": request.POST.get(f"choose-{link_id}", ""),
        }
        for link_id in ([] if declines else differing(form.area, mine, theirs))
    ]
    context = {
        "mapping": mapping,
        "area": form.area,
        "form": form,
        "section": section,
        "rows": rows,
        "declines": declines,
        "their_answers": [
            (theirs[q.link_id]["text"], theirs[q.link_id]) for q in form.area.questions if q.link_id in theirs
        ],
        "to_correct": uncorrected.waiting(mapping, [section]).get(section.area),
        "they_declined": section.state == AreaState.DECLINED,
        "own": section.updated_by_id == request.user.pk,
        "same": sum(1 for link_id in mine if link_id in theirs)
        - sum(1 for row in rows if row["mine"] and row["theirs"]),
        "typed": form.typed,
        "then": request.POST.get("then", ""),
        "page": request.POST.get("page", ""),
        "unchosen": unchosen,
    }
    return render(request, "mapping/conflict.html", context, status=409)
