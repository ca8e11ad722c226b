"""Entering protection, and ruling on it. Both do the same work for everybody; what follows is done in a job.

The person's sharing lock comes first: from the commit on nothing is queued, sent or read that may not be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from brik.definitions.recipients import OrganisationKind
from brik.jobs import person_lock
from brik.people import actions as people
from brik.people.models import Person, Ruling
from brik.people.permissions import PeoplePermission
from brik.staff.access import require
from brik.staff.models import Staff
from followup.desk import following


@transaction.atomic
def enter_protection(
    person: Person,
    *,
    address_grade: str,
    restrictions: Iterable[str],
    note: str = "",
    version: int | None = None,
    by: Staff,
) -> Person:
    """Enter restrictions and address grade. Raises as ``people.actions.set_protection``."""
    require(by, PeoplePermission.EDIT_PROTECTION, person)
    person_lock.hold(person.pk)
    current = people.set_protection(
        person, address_grade=address_grade, restrictions=restrictions, note=note, version=version, by=by
    )
    following.queue_job(person.pk)
    return current


@transaction.atomic
def rule(
    person: Person,
    *,
    about: datetime,
    kinds: Collection[OrganisationKind],
    reason: str,
    until: datetime,
    last_seen: str | None = None,
    by: Staff,
) -> Ruling:
    """Record a leader's ruling. Raises as ``people.actions.rule``."""
    require(by, PeoplePermission.RULE_ON_RESTRICTIONS, person)
    person_lock.hold(person.pk)
    ruling = people.rule(person, about=about, kinds=kinds, reason=reason, until=until, last_seen=last_seen, by=by)
    following.queue_job(person.pk)
    return ruling
