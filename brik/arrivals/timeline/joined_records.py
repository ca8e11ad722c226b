"""What staff have written about two records that become one person, and that each gets back when they are two again.

The record that is emptied keeps what it has. The other gets its names and the stricter of both protections; its history
names the record they came from, so that they can be taken away again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.definitions.name_comparison import find_same
from brik.people import aliases, protection
from brik.people.models import Person

NAMES, PROTECTION = "names of", "protection of"


def combine(survivor: Person, emptied: Person, *, by: Actor) -> None:
    """Give the surviving record the other names of the emptied one, and the strictest values of both."""
    if survivor.identity is not None and emptied.identity is not None:
        identity, others = survivor.identity.open(), emptied.identity.open().get("aliases", [])
        new = [alias for alias in others if find_same(alias, identity.get("aliases", [])) is None]
        if new:
            survivor.identity = {**identity, "aliases": [*identity.get("aliases", []), *new]}
            _save(survivor, f"{NAMES} {emptied.pk}")
            log.record(Verb.PERSON_CHANGED, by=by, subject=survivor.pk, obj=survivor)
    stricter = protection.strictest(survivor, emptied)
    if stricter is not None:
        _enter(survivor, stricter, f"{PROTECTION} {emptied.pk}", by=by)


def separate(survivor: Person, emptied: Person, *, by: Actor) -> None:
    """Take away what the survivor got from the other record. What somebody has changed since stays as it is."""
    came = _came(survivor, f"{NAMES} {emptied.pk}")
    if came is not None and survivor.identity is not None:
        before, after = (aliases.of(row) for row in came)
        identity = survivor.identity.open()
        survivor.identity = identity | {
            "aliases": [name for name in aliases.of(survivor) if name in before or name not in after]
        }
        _save(survivor, f"not {NAMES} {emptied.pk}")
        log.record(Verb.PERSON_CHANGED, by=by, subject=survivor.pk, obj=survivor)
    came = _came(survivor, f"{PROTECTION} {emptied.pk}")
    if came is not None:
        own, both = (protection.of(row) for row in came)
        if protection.of(survivor) == both:
            _enter(survivor, own, f"not {PROTECTION} {emptied.pk}", by=by)


def _came(survivor: Person, reason: str) -> tuple[Person, Person] | None:
    """The record as it was before and after what is named came, where it has not been taken away since."""
    latest = (
        survivor.history.filter(history_change_reason__in=[reason, f"not {reason}"]).order_by("-history_id").first()
    )
    if latest is None or latest.history_change_reason != reason:
        return None
    before = survivor.history.filter(history_id__lt=latest.history_id).order_by("-history_id").first()
    return None if before is None else (before.instance, latest.instance)


def _enter(person: Person, values: dict[str, object], reason: str, *, by: Actor) -> None:
    with _because(person, reason):
        protection.enter(person, values)
    log.record(Verb.RESTRICTIONS_CHANGED, by=by, subject=person.pk, obj=person)


def _save(person: Person, reason: str) -> None:
    with _because(person, reason):
        person.save()


@contextmanager
def _because(person: Person, reason: str) -> Iterator[None]:
    """The history names the reason of what is saved within: it reads it from the row."""
    vars(person)["_change_reason"] = reason
    yield
    vars(person)["_change_reason"] = None
