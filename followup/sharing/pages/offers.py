"""The recipients something may be shared with now, and what each of them already has."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from brik.mapping.models import Mapping
from brik.staff.models import Organisation
from followup.sharing.disclosure.clearance import Clearance, clearances
from followup.sharing.disclosure.composition import REPLACEABLE
from followup.sharing.models import Delivery, DeliveryState
from followup.sharing.pages.plain_words import recipient_name, theme_labels

# The recipient has nothing of it, or is being asked to delete it.
TAKEN_BACK = (DeliveryState.CANCELLED, DeliveryState.RETRACTING, DeliveryState.RETRACTED)
# It has left nowhere yet.
UNSENT = (DeliveryState.QUEUED, DeliveryState.PARKED)

# What each recipient may have of each person.
Clearances = ReadOnly[tuple[UUID, int], Clearance]


@dataclass(frozen=True)
class Offer:
    """A recipient that something may be shared with now; ``held``: when no restriction keeps it back."""

    organisation: Organisation
    name: str
    themes: list[str]
    held: bool
    shared: bool = False
    # When an earlier interview was shared that the recipient has instead of this one, or will have once it is sent.
    older_at: datetime | None = None
    older_unsent: bool = False


def candidates() -> list[Organisation]:
    """The recipients that something can be shared with, whatever the person has said. One query."""
    return [row for row in Organisation.objects.in_use() if row.can_be_reached]


def offers(
    mapping: Mapping, deliveries: Iterable[Delivery], *, to: Iterable[Organisation], cleared: Clearances
) -> list[Offer]:
    """The recipients that may get something of ``mapping``, now or when no restriction keeps it back.

    ``deliveries``: the person's, newest first; ``cleared``: what each of ``to`` may have of the person.
    """
    shared: set[int] = set()
    older: dict[int, Delivery] = {}
    for delivery in deliveries:
        if delivery.disclosure.mapping_id == mapping.pk and delivery.state not in TAKEN_BACK:
            shared.add(delivery.organisation_id)
        elif delivery.disclosure.mapping_id != mapping.pk and delivery.state in REPLACEABLE:
            older.setdefault(delivery.organisation_id, delivery)
    return [
        replace(
            offer,
            shared=offer.organisation.pk in shared,
            older_at=edition.created_at if edition else None,
            older_unsent=edition is not None and edition.state in UNSENT,
        )
        for offer in _permitted(mapping.person_id, to, cleared)
        for edition in [None if offer.organisation.pk in shared else older.get(offer.organisation.pk)]
    ]


def permitted(person_id: UUID) -> list[Offer]:
    """The recipients in use that may be told something of the person, whether or not there is anything to tell yet."""
    to = candidates()
    return _permitted(person_id, to, clearances((person_id, candidate.pk) for candidate in to))


def _permitted(person_id: UUID, to: Iterable[Organisation], cleared: Clearances) -> list[Offer]:
    return [
        Offer(
            candidate,
            recipient_name(candidate, graded=clearance.safeguard.address_graded),
            theme_labels(clearance.themes or clearance.held),
            held=not clearance.themes,
        )
        for candidate in to
        if (clearance := cleared[person_id, candidate.pk]).themes or clearance.held
    ]
