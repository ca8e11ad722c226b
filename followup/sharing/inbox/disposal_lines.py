"""The lines in a partner's inbox about summaries that have ended. None tells whom it is about, or why it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from brik.staff.models import Staff
from consent.texts.sentences import say_date
from followup.sharing.inbox.disposal_words import SOURCE, words
from followup.sharing.models import DisposalNotice
from followup.sharing.pages.plain_words import sheet_reference


@dataclass(frozen=True)
class DisposalLine:
    """One line, in the words of the texts."""

    notice: DisposalNotice
    # The reference and day on the sheet.
    sheet: str
    text: str
    why: str
    question: str
    # What is said when the last day has passed, else nothing.
    late: str
    words: dict[str, Any]


def lines(user: Staff) -> list[DisposalLine]:
    """The lines that the user's organisation has not answered, those to be answered first on top."""
    notices = list(DisposalNotice.objects.visible_to(user).unanswered().select_related("disclosure", "answer"))
    said = words(_language()) if notices else {}
    return [_line(notice, said) for notice in notices]


def line_of(notice: DisposalNotice) -> DisposalLine:
    """One line in words."""
    return _line(notice, words(_language()))


def _line(notice: DisposalNotice, said: dict[str, Any]) -> DisposalLine:
    disclosure = notice.disclosure
    sheet = sheet_reference(disclosure.reference, timezone.localdate(disclosure.decided_at))
    by = _say(notice.answer_by)
    return DisposalLine(
        notice=notice,
        sheet=sheet,
        text=said["line"].format(ref=sheet),
        why=said["why"],
        question=said["question"].format(date=by),
        late=said["late"].format(date=by) if notice.is_late else "",
        words=said,
    )


def _say(day: date) -> str:
    return say_date(day, _language())


def _language() -> str:
    return get_language() or SOURCE
