"""How an inbox is shown: which tray, in which order, from where on. What is in the address says nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, assert_never
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from brik.staff.models import Staff
from followup.sharing.disclosure.deliveries import DeliveryQuerySet


class Tray(models.TextChoices):
    """What of the inbox is shown, by the word in addresses."""

    OPEN = "", _("Alle som ikke er arkivert")
    UNREAD = "nye", _("Nye")
    UNANSWERED = "ubesvart", _("Ikke besvart")
    MINE = "mine", _("Gitt til meg")
    UNASSIGNED = "ingen", _("Ikke gitt til noen")
    ARCHIVED = "arkiv", _("Arkiv")


class InboxOrder(models.TextChoices):
    """The order of the lines, by the word in addresses."""

    NEW_FIRST = "", _("Det som haster og nye først")
    NEWEST = "nyest", _("Nyeste først")
    OLDEST = "eldst", _("Eldste først")


@dataclass(frozen=True)
class Cursor:
    """The last line of the page before: the group it stood in, and its disclosure."""

    group: str
    disclosure: UUID

    def __str__(self) -> str:
        return f"{self.group}.{self.disclosure}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """From an address; None for what is none."""
        group, _dot, disclosure = text.partition(".")
        try:
            return cls(group, UUID(disclosure))
        except ValueError:
            return None


@dataclass(frozen=True)
class InboxNarrowing:
    """Tray, order and place, as an address says them. An unknown value is ignored."""

    tray: Tray = Tray.OPEN
    order: InboxOrder = InboxOrder.NEW_FIRST
    after: Cursor | None = None

    @classmethod
    def read(cls, values: dict[str, str]) -> InboxNarrowing:
        tray, order = values.get("vis", ""), values.get("orden", "")
        return cls(
            tray=Tray(tray) if tray in Tray.values else Tray.OPEN,
            order=InboxOrder(order) if order in InboxOrder.values else InboxOrder.NEW_FIRST,
            after=Cursor.read(values.get("etter", "")),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.tray or self.order)

    @property
    def trays(self) -> list[tuple[str, Any]]:
        return list(Tray.choices)

    @property
    def orders(self) -> list[tuple[str, Any]]:
        return list(InboxOrder.choices)

    def of(self, deliveries: DeliveryQuerySet, user: Staff) -> DeliveryQuerySet:
        """The deliveries of the tray."""
        present = deliveries.filter(archived_at=None)
        match self.tray:
            case Tray.OPEN:
                return present
            case Tray.ARCHIVED:
                return deliveries.filter(archived_at__isnull=False)
            case Tray.UNREAD:
                return present.filter(unread=True)
            case Tray.UNANSWERED:
                return present.filter(disclosure__answers=None)
            case Tray.MINE:
                return present.filter(assigned_to=user)
            case Tray.UNASSIGNED:
                return present.filter(assigned_to=None)
            case _:
                assert_never(self.tray)
