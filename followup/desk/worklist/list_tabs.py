"""The lists of the worklist: mine, those that are urgent, all. From days and from whether a talk was offered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import Enum
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.legal_status import MAPPED
from brik.people.stays.placements import OFFICERS
from brik.staff.models import Staff, Unit
from followup.desk.worklist.release_words import RELEASE_NEAR
from followup.desk.worklist.rows import FIRST_TALK_WITHIN
from followup.desk.worklist.talk_status import TalkView

# A first talk is urgent when so few days are left for it.
TALK_SOON: Final = timedelta(days=2)


class ListTab(Enum):
    """One of the lists: the word in addresses, and its label."""

    MINE = ("mine", _("Mine"))
    URGENT = ("haster", _("Haster"))
    ALL = ("alle", _("Alle"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


def tabs_of(user: Staff, unit: Unit | None) -> tuple[ListTab, ...]:
    """The lists the user has in a unit; *mine* for those who can be contact officer there."""
    is_officer = any(post.unit == unit and post.role in OFFICERS for post in user.current_posts)
    return (ListTab.MINE, ListTab.URGENT, ListTab.ALL) if is_officer else (ListTab.URGENT, ListTab.ALL)


def is_urgent(view: TalkView) -> Q:
    """People with ``likely_day`` and ``offered`` who leave within 30 days, or whose first talk must be held.

    For who may not see whether a talk was offered, only the first.
    """
    today = timezone.localdate()
    leaves = Q(likely_day__lte=today + RELEASE_NEAR)
    if view is TalkView.NOTHING:
        return leaves
    last_day = today - FIRST_TALK_WITHIN + TALK_SOON
    came_by = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time()))
    waits = Q(offered=False, current_stay__legal_status__in=MAPPED, current_stay__arrived_at__lt=came_by)
    return leaves | waits
