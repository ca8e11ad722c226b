"""Finds what a seal cannot show: a row replaced by its whole older version, changed without an event, or removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import CharField, Exists, Model, OuterRef
from django.db.models.functions import Cast

from brik.audit import log
from brik.audit.models import Event, Head
from brik.audit.record_names import record_name
from brik.vault.sealing import SealBroken

if TYPE_CHECKING:
    from brik.vault.place import SealedPlace

# A page about more people than this is a list, and ``verify_audit`` looks after its rows.
PEOPLE_OF_A_PAGE = 5


def assert_current(*rows: Any) -> None:
    """Demand that each sealed row is at the version of its last event. One query.

    Called before every disclosure. Raises ``SealBroken`` for a row older or newer than its last event, or without one.
    """
    versions = log.latest_versions((record_name(row), str(row.pk)) for row in rows)
    for row in rows:
        if versions.get((record_name(row), str(row.pk))) != row.row_version:
            raise SealBroken(f"{record_name(row)} is not at the version of its last event")


def assert_complete(model: Any, subject: UUID) -> None:
    """Demand that every row of a sealed model that an event about this person names is there. One query.

    Called before every disclosure: what an interview lost would otherwise be left out without a word.
    Raises ``SealBroken`` where one is missing.
    """
    own = model._base_manager.filter(**{model.SEALED_FOR: subject}).annotate(text=Cast("pk", CharField()))
    named = Event.objects.filter(subject=subject, object_name=record_name(model), row_version__isnull=False)
    if named.filter(~Exists(own.filter(text=OuterRef("object_id")))).order_by().exists():
        raise SealBroken(f"a row of {record_name(model)} is missing")


def older_than_events(model: type[Model], pk: Any, version: int) -> Exists:
    """The condition that an event tells of a later version of a row: then an older one has been put back."""
    return Exists(Head.objects.filter(object_name=record_name(model), object_id=str(pk), row_version__gt=version))


class OpenedRows:
    """The rows of which something was opened, each at the highest version that was opened."""

    def __init__(self) -> None:
        self.versions: dict[tuple[type[Model], UUID], int] = {}
        self.subjects: set[UUID] = set()

    def assert_not_older(self) -> None:
        """Demand that none is older than its last event. One query; one more for each kind with a suspect.

        Raises ``SealBroken``. A row that somebody has saved since it was opened is no older row.
        """
        if not self.versions or len(self.subjects) > PEOPLE_OF_A_PAGE:
            return
        heads = log.latest_versions((record_name(model), str(pk)) for model, pk in self.versions)
        suspects: dict[type[Model], dict[UUID, int]] = defaultdict(dict)
        for (model, pk), version in self.versions.items():
            head = heads.get((record_name(model), str(pk)), 0)
            if version < head:
                suspects[model][pk] = head
        for model, told in suspects.items():
            for pk, version in model._base_manager.filter(pk__in=[*told]).values_list("pk", "row_version"):
                if version < told[pk]:
                    raise SealBroken(f"{record_name(model)} is older than its last event")


_opened: ContextVar[OpenedRows | None] = ContextVar("brik_opened_rows", default=None)


@contextmanager
def opened_rows() -> Iterator[OpenedRows]:
    """Remember which rows are opened until the end of the block, to compare them with the log once, for a page."""
    rows = OpenedRows()
    token = _opened.set(rows)
    try:
        yield rows
    finally:
        _opened.reset(token)


def note_opened(row: Any, place: SealedPlace) -> None:
    """Remember a row of which something was opened. A row of a history is an older version by its nature."""
    rows = _opened.get()
    if rows is None or hasattr(type(row), "instance_type"):
        return
    name = (type(row), place.row)
    rows.versions[name] = max(rows.versions.get(name, 0), place.row_version)
    rows.subjects.add(place.subject)
