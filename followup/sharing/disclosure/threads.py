"""The messages about a summary as a page shows them: who wrote, when, and what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.disclosures import Disclosure
from followup.sharing.disclosure.partner_messages import PartnerMessage


@dataclass(frozen=True)
class ThreadLine:
    """One message. ``who`` is the name of somebody at the recipient, or the role and unit of the one who replied."""

    who: str
    telephone: str
    text: str
    at: datetime
    from_recipient: bool


def threads(disclosures: Iterable[Disclosure], *, strict: bool = True) -> dict[UUID, list[ThreadLine]]:
    """The messages about these summaries, oldest first. The caller asks before whether they may be read.

    Raises ``SealBroken`` for a message that was changed past us; not ``strict``, its line says that it cannot be shown.
    """
    keys = [row.pk for row in disclosures]
    found: dict[UUID, list[ThreadLine]] = {}
    if not keys:
        return found
    rows = PartnerMessage.objects.filter(disclosure__in=keys)
    for message in rows.select_related("disclosure__organisation", "disclosure__mapping__unit").with_keys():
        try:
            message.demand_code()
            line = _line(message)
        except SealBroken:
            if strict:
                raise
            line = ThreadLine("", "", _("Kan ikke vises"), message.sent_at, message.from_recipient)
        found.setdefault(message.disclosure_id, []).append(line)
    return found


def thread(disclosure: Disclosure) -> list[ThreadLine]:
    """As :func:`threads`, of one summary."""
    return threads([disclosure]).get(disclosure.pk, [])


def _line(message: PartnerMessage) -> ThreadLine:
    said = message.content.open()
    unit = message.disclosure.mapping.unit.name
    if message.from_recipient:
        who = f"{said['name']}, {message.disclosure.organisation.name}"
    else:
        # Staff of a prison stand as their role and unit.
        who = _("Kartlegger ved %(unit)s") % {"unit": unit}
    return ThreadLine(who, said["telephone"], said["text"], message.sent_at, message.from_recipient)
