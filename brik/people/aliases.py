"""The other names a person goes by: written down, and taken away again when that was a mistake. The history stays."""

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
    """The other names, in the order they were written down."""
    return list((person.identity.open() if person.identity else {}).get("aliases") or [])


def all_names(person: Person) -> list[str]:
    """The name and the other names in clear; empty where none is known. They live no longer than the request."""
    return [*filter(None, [person.known_name]), *of(person)]


@transaction.atomic
def add(person: Person, alias: str, *, by: Staff) -> Person:
    """Write down another name the person goes by; the same name again, however written, changes nothing.

    Raises ``PermissionDenied`` for those who may not register people of that unit.
    """
    current = _held(person, by=by)
    known = of(current)
    if find_same(alias, known) is None:
        _write(current, [*known, alias], reason=Reason.ALIAS_ADDED, by=by)
    return current


@transaction.atomic
def remove(person: Person, alias: str, *, by: Staff) -> Person:
    """Take away another name that was written down by mistake. Raises as :func:`add`, and ``Refused``."""
    current = _held(person, by=by)
    known = of(current)
    if alias not in known:
        raise Refused(PersonRefusal.NO_SUCH_NAME)
    _write(current, [name for name in known if name != alias], reason=Reason.ALIAS_TAKEN_AWAY, by=by)
    return current


def _held(person: Person, *, by: Staff) -> Person:
    require(by, PeoplePermission.REGISTER_PERSON, person)
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _write(person: Person, aliases: list[str], *, reason: Reason, by: Staff) -> None:
    told = person.identity.open() if person.identity else {}
    person.identity = {"given": "", "middle": "", "family": "", **told, "aliases": aliases}
    person.save()
    log.record(Verb.PERSON_CHANGED, by=by, subject=person.pk, obj=person, reason=reason)
