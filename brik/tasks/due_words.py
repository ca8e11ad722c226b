"""When something is due in words: how long past it is, how long is left today, or the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from brik.pages import relative_days


class DueGroup(StrEnum):
    """Under which heading of the list something stands."""

    LATE = "late"
    TODAY = "today"
    LATER = "later"


HEADINGS = {
    DueGroup.LATE: gettext_lazy("Over fristen"),
    DueGroup.TODAY: gettext_lazy("I dag"),
    DueGroup.LATER: gettext_lazy("Senere"),
}
_SOON = timedelta(hours=3)


@dataclass(frozen=True)
class DueWords:
    """The heading, the words in the tag if there is one, and the words beside it."""

    group: DueGroup
    tag: str
    text: str


def due_words(due_at: datetime, *, now: datetime) -> DueWords:
    """What stands in the list for something due at a moment."""
    moment = relative_days.moment(due_at)
    if due_at <= now:
        return DueWords(DueGroup.LATE, _("%s over fristen") % _span(now - due_at), _("skulle vært gjort %s") % moment)
    if timezone.localdate(due_at) == timezone.localdate(now):
        tag = _("Om %s") % _span(due_at - now) if due_at - now <= _SOON else ""
        return DueWords(DueGroup.TODAY, tag, _("innen %s") % moment)
    weekday = date_format(timezone.localtime(due_at), "l")
    return DueWords(DueGroup.LATER, "", _("innen %(weekday)s %(day)s") % {"weekday": weekday.lower(), "day": moment})


def _span(span: timedelta) -> str:
    """Days, hours or minutes, in the largest that there is one of."""
    minutes = max(1, int(span.total_seconds()) // 60)
    if span >= timedelta(days=1):
        return ngettext("%(number)s dag", "%(number)s dager", span.days) % {"number": span.days}
    if minutes < 60:
        return _("%(number)s min") % {"number": minutes}
    hours, rest = divmod(minutes, 60)
    return (
        _("%(hours)s t %(rest)s min") % {"hours": hours, "rest": rest} if rest else _("%(hours)s t") % {"hours": hours}
    )
