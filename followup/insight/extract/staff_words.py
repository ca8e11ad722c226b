"""Staff in an extract: role, unit and day. A name stands there only where the data-protection officer decides so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from brik.staff.models import Post


class StaffWords:
    """What members of staff were, on the day they did something. One query for all that are known beforehand."""

    def __init__(self, known: Iterable[UUID] = ()) -> None:
        self._posts: dict[UUID, list[Post]] = {}
        self._read(set(known))

    def of(self, staff: UUID | None, moment: date | None) -> str:
        """Roles and unit on that day; of a recipient's staff, the recipient. Empty for nobody."""
        if staff is None:
            return ""
        if staff not in self._posts:
            self._read({staff})
        day = timezone.localdate(moment) if isinstance(moment, datetime) else moment or timezone.localdate()
        held = [
            post for post in self._posts[staff] if post.since <= day and (post.until is None or day < post.until)
        ] or self._posts[staff][-1:]
        roles = dict.fromkeys(post.get_role_display() for post in held)
        places = dict.fromkeys(filter(None, map(_place, held)))
        return ", ".join([*map(str, roles), *places]) or _("Ansatt")

    def _read(self, staff: set[UUID]) -> None:
        self._posts |= {pk: [] for pk in staff}
        if staff:
            for post in (
                Post.objects.filter(staff__in=staff).select_related("unit", "staff__organisation").order_by("pk")
            ):
                self._posts[post.staff_id].append(post)


def _place(post: Post) -> str:
    if post.unit is not None:
        return post.unit.name
    return post.staff.organisation.name if post.staff.organisation is not None else ""
