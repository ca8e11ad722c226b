"""Who reads the slips from a unit."""

from __future__ import annotations

from django.db.models import F, Q

from brik.staff.models import Channel, Organisation, OrganisationKind


def of(unit_id: int) -> Organisation | None:
    """The health service of a unit, if it reads in the inbox. One that serves this unit goes before one for all."""
    return (
        Organisation.objects.in_use()
        .filter(Q(units=unit_id) | Q(units=None), kind=OrganisationKind.HEALTH, channel=Channel.INBOX, municipality="")
        .order_by(F("units").asc(nulls_last=True), "pk")
        .first()
    )
