"""Two versions of one area side by side, in words, and the officer's choice between them. Neither is lost.

A version is the page as typed: the answers that stand in it, and the words that are no answer until corrected.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from brik.mapping.models import AreaState, Mapping, Section
from brik.mapping.pages.area import invalid_drafts
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire.structure import Area
from brik.pages import errors

MINE, THEIRS = "mine", "theirs"


class VersionNotChosen(Exception):
    """Two versions differ and nobody has said which one stands."""


def differing(mine: AreaForm, theirs: AreaForm) -> list[str]:
    """The link ids, in the page's order, whose answer, source or words to correct are not the same in both."""
    one, other = (_said(version) for version in (mine, theirs))
    return [question.link_id for question in mine.area.questions if one[question.link_id] != other[question.link_id]]


def _said(version: AreaForm) -> dict[str, Any]:
    answers, waiting = version.answers(), invalid_drafts.words_of(version)
    ids = [question.link_id for question in version.area.questions]
    kept = {link_id: (answers[link_id]["value"], answers[link_id]["source"]) for link_id in ids if link_id in answers}
    return {link_id: (kept.get(link_id), waiting.get(link_id)) for link_id in ids}


def chosen(mine: AreaForm, theirs: AreaForm, choices: ReadOnly[str, str]) -> MultiValueDict:
    """The page as it would be sent with what the officer has chosen between two versions.

    Raises:
        Unchosen: a choice is missing, or is none.
    """
    stands = {link_id: choices.get(f"choose-{link_id}") for link_id in differing(mine, theirs)}
    if not set(stands.values()) <= {MINE, THEIRS}:
        raise VersionNotChosen

    def of(version: AreaForm, choice: str) -> dict[str, list[str]]:
        sent = version.typed.items()
        return {name: values for name, values in sent if stands.get(version.link_id_of(name), MINE) == choice}

    return MultiValueDict(of(mine, MINE) | of(theirs, THEIRS))


def _belongs_to(area: Area, link_id: str, differ: list[str], language: str) -> str:
    """The question that opens this one, where that too must be chosen: without its answer this one goes."""
    condition = area.question(link_id).condition  # type: ignore[union-attr]
    if condition is None or condition.link_id not in differ:
        return ""
    return area.question(condition.link_id).text[language]  # type: ignore[union-attr]


def page(
    request: HttpRequest,
    mine: AreaForm,
    theirs: AreaForm,
    section: Section,
    mapping: Mapping,
    *,
    unchosen: bool = False,
    choices: ReadOnly[str, str] | None = None,
) -> HttpResponse:
    """Both versions, a choice for each question where they differ, and what was typed carried along.

    ``choices`` were made on an earlier showing of this page, when ``unchosen`` or when it had to be shown again.
    """
    errors.record(request, 409, reason="clash")
    area, declines = mine.area, request.POST.get("then") == "decline"
    differ = [] if declines else differing(mine, theirs)
    my_answers, their_answers = mine.answers(), theirs.answers()
    my_words, their_words = invalid_drafts.words_of(mine), invalid_drafts.words_of(theirs)
    context = {
        "mapping": mapping,
        "area": area,
        "form": mine,
        "section": section,
        "rows": [
            {
                "name": f"choose-{link_id}",
                "text": area.question(link_id).text[mine.language],  # type: ignore[union-attr]
                "mine": my_answers.get(link_id),
                "my_words": my_words.get(link_id),
                "theirs": their_answers.get(link_id),
                "their_words": their_words.get(link_id),
                "chosen": (choices or {}).get(f"choose-{link_id}", ""),
                "belongs_to": _belongs_to(area, link_id, differ, mine.language),
            }
            for link_id in differ
        ],
        "declines": declines,
        "chosen_area": (choices or {}).get("choose-area", ""),
        "stored": [
            (question.text[mine.language], their_answers.get(question.link_id), their_words.get(question.link_id))
            for question in area.questions
            if question.link_id in their_answers or question.link_id in their_words
        ],
        "they_declined": section.state == AreaState.DECLINED,
        "own": section.updated_by_id == request.user.pk,
        "typed": mine.typed,
        "then": request.POST.get("then", ""),
        "page": request.POST.get("page", ""),
        "unchosen": unchosen,
    }
    return render(request, "mapping/conflict.html", context, status=409)
