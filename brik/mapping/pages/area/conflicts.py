"""Two versions of one area side by side, and the officer's choice between them. Neither is lost.

A version is the page as typed: its valid answers, and the words that must be corrected.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import Any

from django.utils.datastructures import MultiValueDict

from brik.mapping.models import AreaState
from brik.mapping.pages.area import invalid_drafts
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.pages.area.submission import CHOOSE, AreaSubmission, OpenedArea, Then
from brik.mapping.questionnaire.answer_sources import source_of
from brik.mapping.questionnaire.structure import Question

VERSIONS = MINE, THEIRS = "mine", "theirs"
CHOOSE_AREA = f"{CHOOSE}area"
Choices = ReadOnly[str, str]


def differing(mine: AreaForm, theirs: AreaForm) -> list[str]:
    """The link ids, in the order of the page, whose answer, source or uncorrected words differ."""
    return [question.link_id for question in _differing(mine, theirs)]


def _differing(mine: AreaForm, theirs: AreaForm) -> list[Question]:
    my_content, their_content = (_content_of(version) for version in (mine, theirs))
    return [
        question for question in mine.area.questions if my_content[question.link_id] != their_content[question.link_id]
    ]


def _content_of(version: AreaForm) -> dict[str, Any]:
    answers, waiting = version.answers(), invalid_drafts.words_of(version)
    ids = [question.link_id for question in version.area.questions]
    answered = {
        link_id: (answers[link_id]["value"], source_of(answers[link_id])) for link_id in ids if link_id in answers
    }
    return {link_id: (answered.get(link_id), waiting.get(link_id)) for link_id in ids}


def unchosen(mine: AreaForm, theirs: AreaForm, choices: Choices) -> list[str]:
    """The link ids that differ and have no choice."""
    return [link_id for link_id in differing(mine, theirs) if choices.get(CHOOSE + link_id) not in VERSIONS]


def chosen(mine: AreaForm, theirs: AreaForm, choices: Choices) -> MultiValueDict:
    """The page as it would be sent with the officer's choices. Every difference must have one."""
    choice_of = {link_id: choices[CHOOSE + link_id] for link_id in differing(mine, theirs)}

    def of(version: AreaForm, choice: str) -> dict[str, list[str]]:
        sent = version.typed.items()
        return {name: values for name, values in sent if choice_of.get(version.link_id_of(name), MINE) == choice}

    return MultiValueDict(of(mine, MINE) | of(theirs, THEIRS))


def both_versions(
    opened: OpenedArea, submission: AreaSubmission, *, choices: Choices, unchosen: bool
) -> dict[str, Any]:
    """The context of the page with both versions: a choice for each difference, and what was typed.

    ``choices`` were made when the page was shown before: it is shown again.
    """
    mine, theirs, section = submission.form, opened.stored_form(), opened.section
    declines = submission.then == Then.DECLINE
    differ = [] if declines else _differing(mine, theirs)
    my_answers, their_answers = mine.answers_read(), theirs.answers_read()
    my_words, their_words = invalid_drafts.words_of(mine), invalid_drafts.words_of(theirs)
    return {
        "mapping": opened.mapping,
        "area": opened.area,
        "form": mine,
        "section": section,
        "rows": [
            {
                "name": CHOOSE + question.link_id,
                "text": question.text[mine.language],
                "mine": my_answers.get(question.link_id),
                "my_words": my_words.get(question.link_id),
                "theirs": their_answers.get(question.link_id),
                "their_words": their_words.get(question.link_id),
                "chosen": choices.get(CHOOSE + question.link_id, ""),
                "belongs_to": _belongs_to(question, differ, mine.language),
            }
            for question in differ
        ],
        "declines": declines,
        "chosen_area": choices.get(CHOOSE_AREA, ""),
        "stored": [
            (question.text[mine.language], their_answers.get(question.link_id), their_words.get(question.link_id))
            for question in opened.area.questions
            if question.link_id in their_answers or question.link_id in their_words
        ],
        "they_declined": section is not None and section.shown_state is AreaState.DECLINED,
        "own": section is not None and section.updated_by_id == opened.by.pk,
        "typed": mine.typed,
        "then": submission.then,
        "page": submission.page,
        "unchosen": unchosen,
    }


def _belongs_to(question: Question, differ: list[Question], language: str) -> str:
    """The question that this one depends on, where that differs too: without its answer this one is dropped."""
    opener = question.condition.link_id if question.condition else ""
    return next((other.text[language] for other in differ if other.link_id == opener), "")
