"""The recipients something may be shared with now, and what each of them already has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from brik.mapping.models import Mapping
from brik.staff.models import Organisation
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.disclosure.composition import REPLACEABLE
from followup.sharing.models import Delivery, DeliveryState
from followup.sharing.pages.plain_words import recipient_name, theme_labels

# The recipient has nothing of it, or is being asked to delete it.
TAKEN_BACK = (DeliveryState.CANCELLED, DeliveryState.RETRACTING, DeliveryState.RETRACTED)
# It has left nowhere yet.
UNSENT = (DeliveryState.QUEUED, DeliveryState.PARKED)


@dataclass(frozen=True)
class Offer:
    """A recipient that something may be shared with now; ``held``: when no restriction keeps it back."""

    organisation: Organisation
    name: str
    themes: list[str]
    held: bool
    shared: bool
    # When an earlier interview was shared that the recipient has instead of this one, or will have once it is sent.
    older_at: datetime | None
    older_unsent: bool = False


def offers(mapping: Mapping, deliveries: Iterable[Delivery]) -> list[Offer]:
    """The recipients that may get something of ``mapping``, now or when no restriction keeps it back.

    ``deliveries``: the person's, newest first.
    """
    candidates = [row for row in Organisation.objects.in_use() if row.can_be_reached]
    cleared = clearances((mapping.person_id, candidate.pk) for candidate in candidates)
    shared: set[int] = set()
    older: dict[int, Delivery] = {}
    for delivery in deliveries:
        if delivery.disclosure.mapping_id == mapping.pk and delivery.state not in TAKEN_BACK:
            shared.add(delivery.organisation_id)
        elif delivery.disclosure.mapping_id != mapping.pk and delivery.state in REPLACEABLE:
            older.setdefault(delivery.organisation_id, delivery)
    return [
        Offer(
            candidate,
            recipient_name(candidate, graded=clearance.safeguard.address_graded),
            theme_labels(clearance.themes or clearance.held),
            held=not clearance.themes,
            shared=candidate.pk in shared,
            older_at=edition.created_at if edition else None,
            older_unsent=edition is not None and edition.state in UNSENT,
        )
        for candidate in candidates
        for edition in [None if candidate.pk in shared else older.get(candidate.pk)]
        if (clearance := cleared[mapping.person_id, candidate.pk]).themes or clearance.held
    ]
