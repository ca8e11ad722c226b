"""Writes and reads the audit log. Actions write an event in the transaction of their change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error, connection, models, transaction
from django.utils.module_loading import import_string

from brik.audit.actors import Actor, Process
from brik.audit.models import Event, Head
from brik.audit.record_names import record_name
from brik.audit.verbs import Verb

_NO_ID = -1
_UNPROVEN = """
SELECT (
    SELECT count(*) FROM audit_head head WHERE NOT EXISTS (
        SELECT FROM audit_event event
        WHERE event.object_name = head.object_name AND event.object_id = head.object_id
          AND event.row_version = head.row_version
          AND audit_event_sha256(event.object_name, event.object_id, event.row_version, event.at, event.verb)
            = head.sha256
    )
) + (
    SELECT count(DISTINCT (event.object_name, event.object_id)) FROM audit_event event
    WHERE event.row_version IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_head head
        WHERE head.object_name = event.object_name AND head.object_id = event.object_id
          AND head.row_version >= event.row_version
    )
)
"""


def record(
    verb: Verb,
    *,
    by: Actor,
    subject: UUID | None = None,
    obj: models.Model | None = None,
    reason: str = "",
    about: str = "",
    stated: str = "",
    term_hash: bytes | None = None,
) -> Event:
    """Write one event. When that fails, the caller's transaction fails too: no change without its event.

    ``subject`` is the uuid of the person it concerns; ``obj`` the row, whose ``row_version`` is stored if it has one.
    ``reason`` is a code, of ``Reason`` or of a room's own list; ``about`` says which area, role, page or id;
    ``stated`` is the reason in a staff member's words. None of them may hold personal data.
    Raises ``TypeError`` for a row whose model has no ``RECORD_NAME``.
    """
    words = {"reason": reason, "about": about, "stated": stated}
    event = Event(**_columns(verb, by=by, subject=subject, obj=obj, term_hash=term_hash, **words))
    event.code = import_string(settings.BRIK_ROW_CODE)(event)
    event.save(force_insert=True)
    return event


def can_record() -> bool:
    """Whether an event can be written now, by trying: it is taken back, and uses up no id. Four queries."""
    try:
        with transaction.atomic():
            Event.objects.create(pk=_NO_ID, **_columns(Verb.REFUSED, by=Process("health"), obj=None))
            transaction.set_rollback(True)
    except Error:
        return False
    return True


def _columns(verb: Verb, *, by: Actor, obj: models.Model | None, **rest: Any) -> dict[str, Any]:
    return {
        "verb": verb,
        "actor": by.actor_id,
        "role": by.actor_role,
        "unit": by.actor_unit,
        "object_name": record_name(obj) if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        "row_version": getattr(obj, "row_version", None),
        **rest,
    }


def latest_row_versions(name: str, object_ids: list[str] | None = None) -> dict[str, int]:
    """The highest row version in the log of each row called ``name``. A lower one in the table is an old copy."""
    heads = Head.objects.filter(object_name=name)
    if object_ids is not None:
        heads = heads.filter(object_id__in=object_ids)
    return dict(heads.values_list("object_id", "row_version"))


def latest_versions(rows: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """As :func:`latest_row_versions` for rows of several kinds, each by its record name and id; one query."""
    ids: dict[str, list[str]] = {}
    for name, object_id in rows:
        ids.setdefault(name, []).append(object_id)
    if not ids:
        return {}
    wanted = models.Q()
    for name, of_name in ids.items():
        wanted |= models.Q(object_name=name, object_id__in=of_name)
    heads = Head.objects.filter(wanted).values_list("object_name", "object_id", "row_version")
    return {(name, object_id): version for name, object_id, version in heads}


def object_ids(name: str) -> Iterator[str]:
    """The ids of all rows called ``name`` that have events."""
    return Head.objects.filter(object_name=name).order_by("object_id").values_list("object_id", flat=True).iterator()


def unproven_heads() -> int:
    """How many heads have no event that proves them, plus how many rows have events but no head as high."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPROVEN)
        number: int = cursor.fetchone()[0]
    return number
