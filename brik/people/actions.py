"""Changes of people in custody that staff enter; messages change the rest (``brik.arrivals``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.recipients import OrganisationKind
from brik.pages.refusal import Refused
from brik.people import protection
from brik.people.models import Person, Placement, Ruling
from brik.people.permissions import PeoplePermission
from brik.people.refusals import PersonRefusal
from brik.people.stays.placements import officers_of
from brik.staff.access import require

if TYPE_CHECKING:
    from brik.staff.accounts import Staff


@transaction.atomic
def set_protection(
    person: Person,
    *,
    address_grade: str,
    restrictions: Iterable[str],
    note: str = "",
    version: int | None = None,
    by: Staff,
) -> Person:
    """Enter restrictions and address grade. Does the same work whatever is entered, and whatever was before.

    What follows from it in other rooms is carried out by the desk, which calls this.

    Raises:
        PermissionDenied: ``by`` may not enter them in that unit.
        Refused: somebody else has entered something else since ``version`` was shown.
    """
    current = Person.objects.lock(person.pk)
    require(by, PeoplePermission.EDIT_PROTECTION, current)
    values = {
        "address_grade": protection.AddressGrade(address_grade).value,
        "restrictions": sorted(protection.Restriction(code).value for code in restrictions),
        "note": note,
    }
    if version is not None and version != current.row_version and values != protection.of(current):
        raise Refused(PersonRefusal.STALE)
    protection.enter(current, values)
    log.record(Verb.RESTRICTIONS_CHANGED, by=by, subject=current.pk, obj=current)
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
    """A leader's ruling on which kinds of recipient may be told something under the restrictions entered at ``about``.

    A later ruling replaces an earlier one; the same one twice is stored once. ``last_seen`` is the key of the newest
    ruling when the page was shown, "" for none. What follows from it is carried out by the desk, which calls this.

    Raises:
        PermissionDenied: ``by`` may not rule in that unit.
        Refused: other restrictions stand now, or full isolation, under which nobody may be told anything; or somebody
            has ruled otherwise after ``last_seen``.
    """
    current = Person.objects.lock(person.pk)
    require(by, PeoplePermission.RULE_ON_RESTRICTIONS, current)
    if current.restricted_at is None or current.restricted_at != about or current.isolated:
        raise Refused(PersonRefusal.NO_QUESTION)
    codes = sorted(kind.value for kind in kinds)
    content = {"reason": reason, "kinds": codes, "until": until.isoformat()}
    last = Ruling.objects.filter(person=current, about=about).first()
    if last is not None and last.given_by_id == by.pk and last.content.open() == content:
        return last
    if last_seen is not None and last_seen != (str(last.pk) if last is not None else ""):
        if last is not None and last.content.open() == content:
            return last
        raise Refused(PersonRefusal.RULED_SINCE)
    ruling = Ruling(person=current, about=about, kinds=codes, until=until, content=content, given_by=by)
    ruling.save()
    current.follow_since = timezone.now()
    Person.objects.filter(pk=current.pk).update(follow_since=current.follow_since)
    log.record(Verb.RESTRICTIONS_RULED, by=by, subject=current.pk, obj=ruling)
    return ruling


@transaction.atomic
def place(person: Person, *, ward: str, contact_officer: Staff | None, by: Staff) -> Placement:
    """Enter in which ward of the present unit somebody lives and who is their contact officer.

    Raises:
        PermissionDenied: ``by`` may not enter them in that unit.
        Refused: ``contact_officer`` has no post there today by which one can be.
    """
    current = Person.objects.lock(person.pk)
    require(by, PeoplePermission.PLACE, current)
    unit = current.known_stay.unit
    if contact_officer is not None and contact_officer not in officers_of(unit):
        raise Refused(PersonRefusal.NO_SUCH_OFFICER)
    placement = Placement.objects.filter(person=current).first() or Placement(person=current)
    placement.unit, placement.ward, placement.contact_officer = unit, ward, contact_officer
    placement.entered_at = timezone.now()
    placement.save()
    log.record(Verb.PERSON_CHANGED, by=by, subject=current.pk, obj=placement, reason=Reason.PLACED)
    return placement
