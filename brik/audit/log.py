"""Writing to the audit log. Called by the actions, in the transaction of what they change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Max

from brik.audit.actors import Actor
from brik.audit.models import Event
from brik.audit.verbs import Verb


def record(
    verb: Verb,
    *,
    by: Actor,
    subject: UUID | None = None,
    obj: models.Model | None = None,
    reason: str = "",
    term_hash: bytes | None = None,
) -> Event:
    """Write one event. Fails the caller's transaction when it cannot be written: no event, no data.

    ``subject`` is the uuid of the person it concerns; ``obj`` the row, whose ``row_version`` is noted if it has one.
    ``reason`` must hold no personal data.
    """
    return Event.objects.create(**_columns(verb, by=by, subject=subject, obj=obj, reason=reason, term_hash=term_hash))


def _columns(verb: Verb, *, by: Actor, obj: models.Model | None, **rest: Any) -> dict[str, Any]:
    return {
        "verb": verb,
        "actor": by.actor_id,
        "role": by.actor_role,
        "unit": by.actor_unit,
        "object_label": obj._meta.label if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        "row_version": getattr(obj, "row_version", None),
        **rest,
    }


def latest_row_versions(label: str, object_ids: list[str] | None = None) -> dict[str, int]:
    """The highest row version the log has seen of each row of ``label``; a lower one in the table is a row put back."""
    events = Event.objects.filter(object_label=label, row_version__isnull=False)
    if object_ids is not None:
        events = events.filter(object_id__in=object_ids)
    return dict(events.order_by().values_list("object_id").annotate(Max("row_version")))


def object_ids(label: str) -> Iterator[str]:
    """The id of every row of ``label`` that an event tells of, once each."""
    events = Event.objects.filter(object_label=label, row_version__isnull=False).order_by("object_id")
    return events.values_list("object_id", flat=True).distinct().iterator()
