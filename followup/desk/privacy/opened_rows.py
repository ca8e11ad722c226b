"""What an extract opens: the interviews and the consents whose words it shows."""

from __future__ import annotations

from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.accounts import Staff
from consent.models import Consent
from followup.desk.permissions import DeskPermission


def opened_interviews(user: Staff, person: Person) -> list[Mapping]:
    """The interviews whose answers an extract opens."""
    require(user, DeskPermission.EXTRACT)
    return list(Mapping.objects.filter(person=person, started_at__isnull=False))


def opened_consents(user: Staff, person: Person) -> list[Consent]:
    """The consents whose document an extract opens."""
    require(user, DeskPermission.EXTRACT)
    return list(Consent.objects.filter(person=person))
