"""What a message did to somebody's stay: higher rooms end what depended on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from brik.people.models import Person, Stay


class EffectKind(StrEnum):
    RELEASED = "RELEASED"
    STATUS_CHANGED = "STATUS_CHANGED"
    STAY_DELETED = "STAY_DELETED"
    TRANSFERRED = "TRANSFERRED"


@dataclass(frozen=True)
class StayEffect:
    """What happened to one person's stay, and how the stay was before: so that it shows if that is undone."""

    person: Person
    kind: EffectKind
    # Work from then on was done in this stay.
    since: datetime
    origin: str = ""
    status: str = ""
    status_since: datetime | None = None


@dataclass(frozen=True)
class _StaySnapshot:
    origin: str
    unit: int
    status: str
    status_since: datetime | None
    arrived_at: datetime
    recorded_at: datetime
    released: bool


Snapshot = dict[UUID, list[_StaySnapshot]]


def snapshot(people: Iterable[Person], *, at: datetime) -> Snapshot:
    """The stays of these people as stored now, in order. A release after ``at`` has not come."""
    stays: Snapshot = {person.pk: [] for person in people}
    for stay in Stay.objects.filter(person__in=stays).order_by("arrived_at", "pk"):
        stays[stay.person_id].append(
            _StaySnapshot(
                stay.origin,
                stay.unit_id,
                stay.legal_status,
                stay.status_since,
                stay.arrived_at,
                stay.recorded_at,
                released=stay.released_at is not None and stay.released_at <= at,
            )
        )
    return stays


def between(before: Snapshot, people: Mapping[UUID, Person], *, at: datetime) -> list[StayEffect]:
    """What happened to each person's latest stay from ``before`` to ``at``."""
    after = snapshot(people.values(), at=at)
    return [effect for pk, stays in before.items() if stays for effect in _effects(people[pk], stays[-1], after[pk])]


def _effects(person: Person, was: _StaySnapshot, now: list[_StaySnapshot]) -> Iterator[StayEffect]:
    for kind in _kinds(was, now):
        # A stay that somebody else's messages brought, beside one of the person's own: what was done before is not its.
        since = max(was.arrived_at, was.recorded_at) if now and kind is EffectKind.STAY_DELETED else was.arrived_at
        yield StayEffect(person, kind, since, was.origin, was.status, was.status_since)


def _kinds(was: _StaySnapshot, now: list[_StaySnapshot]) -> list[EffectKind]:
    # Where the message that began it is deleted, and another tells of the same moment, it is the same stay.
    same = next((stay for stay in now if stay.origin == was.origin), None)
    same = same or next((stay for stay in now if stay.arrived_at == was.arrived_at), None)
    if same is None:
        return [EffectKind.STAY_DELETED]
    latest = now[-1]
    kinds = []
    if same.released and not was.released:
        kinds.append(EffectKind.RELEASED)
    if latest.status != was.status:
        kinds.append(EffectKind.STATUS_CHANGED)
    if latest.unit != was.unit:
        kinds.append(EffectKind.TRANSFERRED)
    return kinds
