"""What has become of a recipient's prints and notes, in the officer's words."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.pages.relative_days import day
from brik.vault.sealing import SealBroken, Shredded
from followup.sharing.models import Disclosure, DisposalAnswer, DisposalAnswerKind, DisposalNotice


def notice_of(disclosure: Disclosure) -> DisposalNotice | None:
    """The line about a summary that has ended, if there is one."""
    return getattr(disclosure, "disposal", None)


def law_of(answer: DisposalAnswer) -> str:
    """The law that the recipient names; an answer that cannot be opened is shown without it."""
    try:
        return answer.law
    except Shredded:
        return _("slettet")
    except SealBroken:
        return _("kan ikke leses")


def disposal_words(disclosure: Disclosure) -> tuple[str, str]:
    """What the recipient was asked and has answered, and who must act; both empty where it was not asked."""
    notice = notice_of(disclosure)
    if notice is None:
        return "", ""
    answer = notice.answered
    if answer is not None and answer.kind == DisposalAnswerKind.SHREDDED:
        return _("Mottakeren svarte %s: makulert, eller ikke noe å makulere.") % day(answer.given_at), ""
    if answer is not None:
        kept = _("Mottakeren svarte %(day)s: må ta vare på noe. Hjemmel: %(law)s")
        return kept % {"day": day(answer.given_at), "law": law_of(answer)}, ""
    last = date_format(notice.answer_by, "j. F Y")
    if notice.is_late:
        return _("Bedt om å makulere. Fristen var %s.") % last, _("Ring mottakeren.")
    return _("Bedt om å makulere. Frist for svar: %s.") % last, ""
