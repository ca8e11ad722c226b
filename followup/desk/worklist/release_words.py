"""The likely release as pages say it: how long until, the day, and its ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brik.pages.relative_days import day as in_words
from brik.pages.relative_days import near_day
from brik.people.legal_status import PREVENTIVE_DETENTION, LegalStatus
from brik.people.models import Stay
from brik.people.stays.release_day import likely_release

# Within it the day calls for a look.
RELEASE_NEAR: Final = timedelta(days=30)
# Within it the days that are left come first, and after a year they are not told.
RELEASE_SOON: Final = timedelta(days=90)
COUNTED: Final = timedelta(days=365)


@dataclass(frozen=True)
class ReleaseWords:
    """A release in two lines; ``colour`` is that of a tag around the first, empty for none."""

    first: str
    second: str
    colour: str = ""


def release_words(stay: Stay, *, on: date) -> ReleaseWords:
    """What is said about the release from a stay, as of a day."""
    if stay.released_at is not None and stay.is_over:
        return ReleaseWords(_("Løslatt"), in_words(timezone.localdate(stay.released_at)))
    release = likely_release(stay, on=on)
    if release is None:
        return ReleaseWords(_("Ingen dag"), _why_none(stay, on))
    left, ground, day = release.day - on, str(release.ground.value), in_words(release.day)
    if left < timedelta(0):
        return ReleaseWords(_("Skulle vært %(day)s") % {"day": day}, ground, "danger")
    if left <= RELEASE_SOON:
        return ReleaseWords(_capital(days_left(left.days)), f"{near_day(release.day)} · {ground}", _colour(left))
    if left <= COUNTED:
        return ReleaseWords(day, f"{days_left(left.days)} · {ground}")
    return ReleaseWords(day, ground)


def release_card(stay: Stay, *, on: date) -> ReleaseWords:
    """The same for the page of one person: a heading, and a sentence that says how sure the day is."""
    release = likely_release(stay, on=on)
    if release is None:
        return ReleaseWords(_("Ingen dag"), _sentence(_why_none(stay, on)))
    day = in_words(release.day)
    if stay.is_over:
        return ReleaseWords(_("Løslatt %(day)s") % {"day": day}, "")
    left, ground = release.day - on, _sentence(str(release.ground.value))
    if left < timedelta(0):
        return ReleaseWords(_("Skulle vært %(day)s") % {"day": day}, ground, "danger")
    sure = _("Dagen kan endres.")
    heading = _("Løslates %(day)s")
    if release.may_be_refused:
        sure, heading = _("Dagen kan endres, og løslatelse på prøve kan nektes."), _("Kan bli løslatt %(day)s")
    return ReleaseWords(heading % {"day": day}, f"{_sentence(days_left(left.days))} {ground} {sure}", _colour(left))


def days_left(days: int) -> str:
    """ "i dag", "om 5 dager"."""
    if days == 0:
        return _("i dag")
    return ngettext("om %(days)s dag", "om %(days)s dager", days) % {"days": days}


def _colour(left: timedelta) -> str:
    if left == timedelta(0):
        return "danger"
    return "warning" if left <= RELEASE_NEAR else ""


def _why_none(stay: Stay, on: date) -> str:
    if stay.legal_status == LegalStatus.REMAND and stay.end_date is not None:
        return _("kjennelse til %(day)s") % {"day": in_words(stay.end_date)}
    is_past = stay.minimum_date is not None and stay.minimum_date < on
    if stay.legal_status == LegalStatus.CONVICTED and stay.category == PREVENTIVE_DETENTION and is_past:
        return _("minstetiden er ute")
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return f"{_capital(text)}." if text else ""
