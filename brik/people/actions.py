"""Changes of people in custody that staff enter; messages change the rest (``brik.arrivals``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people import protection
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.people.refusals import PersonRefusal
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
    """Enter restrictions and address grade.

    Raises:
        PermissionDenied: ``by`` may not enter them in that unit.
        Refused: somebody else has changed them since ``version`` was shown.
    """
    require(by, PeoplePermission.EDIT_PROTECTION, person)
    current = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if version is not None and version != current.row_version:
        raise Refused(PersonRefusal.STALE)
    values = {
        "address_grade": protection.AddressGrade(address_grade).value,
        "restrictions": sorted(protection.Restriction(code).value for code in restrictions),
        "note": note,
    }
    if values != protection.of(current):
        current.protection = values
        current.save()
        log.record(Verb.RESTRICTIONS_CHANGED, by=by, subject=current.pk, obj=current)
    return current
