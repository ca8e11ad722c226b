"""A person's aliases: other names, added, and removed when they were a mistake. The history stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.name_comparison import find_same
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.people.refusals import PersonRefusal
from brik.staff.access import require

if TYPE_CHECKING:
    from brik.staff.accounts import Staff


def of(person: Person) -> list[str]:
    """The aliases, in the order they were added."""
    return list((person.identity.open() if person.identity else {}).get("aliases") or [])


def all_names(person: Person) -> list[str]:
    """The name and the aliases in clear; empty where none is known. Not to be kept after the request."""
    return [*filter(None, [person.known_name]), *of(person)]


@transaction.atomic
def add(person: Person, alias: str, *, by: Staff) -> Person:
    """Add an alias. The same name in another spelling changes nothing.

    Raises ``PermissionDenied`` unless ``by`` may register people of that unit.
    """
    current = _locked(person, by=by)
    aliases = of(current)
    if find_same(alias, aliases) is None:
        _write(current, [*aliases, alias], reason=Reason.ALIAS_ADDED, by=by)
    return current


@transaction.atomic
def remove(person: Person, alias: str, *, by: Staff) -> Person:
    """Remove an alias. Raises as :func:`add`, and ``Refused`` where the person has no such alias."""
    current = _locked(person, by=by)
    aliases = of(current)
    if alias not in aliases:
        raise Refused(PersonRefusal.NO_SUCH_NAME)
    _write(current, [name for name in aliases if name != alias], reason=Reason.ALIAS_TAKEN_AWAY, by=by)
    return current


def _locked(person: Person, *, by: Staff) -> Person:
    current = Person.objects.lock(person.pk)
    require(by, PeoplePermission.REGISTER_PERSON, current)
    return current


def _write(person: Person, aliases: list[str], *, reason: Reason, by: Staff) -> None:
    identity = person.identity.open() if person.identity else {}
    person.identity = {"given": "", "middle": "", "family": "", **identity, "aliases": aliases}
    person.save()
    log.record(Verb.PERSON_CHANGED, by=by, subject=person.pk, obj=person, reason=reason)
