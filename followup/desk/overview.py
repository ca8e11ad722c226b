"""What the person page shows, part by part; each part is there only for those whose role may see it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from brik.mapping.models import Mapping
from brik.mapping.permissions import MappingPermission
from brik.mapping.states import State
from brik.people.access import may
from brik.people.models import LegalStatus, Person, Staff
from brik.people.permissions import PeoplePermission
from consent.models import Consent, Talk, TalkState, WithdrawalReceipt
from consent.permissions import ConsentPermission
from followup.desk import worklist
from followup.desk.standing import View

NOTICES = {
    State.CLOSED: "En kartlegging ble lukket før den var ferdig.",
    State.IN_ERROR: "En kartlegging ble merket som feilregistrert, fordi oppholdet den hørte til ble slettet.",
    State.RESTRICTED: "En kartlegging er sperret. Innholdet kan ikke leses her.",
}


def of(person: Person, user: Staff) -> dict[str, Any]:
    """Everything the page needs. What a role may not see is not fetched, so it cannot show."""
    row = worklist.rows([person.pk], user)[0]
    view = row.view
    shown: dict[str, Any] = {
        "row": row,
        "sees_standing": view is not View.NOTHING,
        "person": person,
        "stay": row.stay,
        "today": timezone.localdate(),
    }
    shown["mapped_here"] = row.stay.legal_status != LegalStatus.NOT_MAPPED_HERE
    if may(user, PeoplePermission.EDIT_PROTECTION, person):
        shown["protection"] = person.protection.open() if person.protection else {}
        shown["may_protect"] = True
    if view in (View.WHOLE, View.HELD):
        shown["sees_talks"] = True
        shown["talk"] = Talk.objects.visible_to(user).filter(person=person, state=TalkState.OPEN).first()
        shown["may_talk"] = may(user, ConsentPermission.HOLD_TALK, person)
        shown["consents"] = list(Consent.objects.visible_to(user).filter(person=person).select_related("held_by"))
    if view is View.WHOLE:
        shown["notices"] = notices(person)
        shown["receipts"] = _receipts(person, user)
    if may(user, MappingPermission.INTERVIEW, person):
        shown["interviews"] = list(Mapping.objects.visible_to(user).filter(person=person).select_related("mapper"))
    return shown


def notices(person: Person) -> list[str]:
    """What has happened to the work with this person that nobody here did; shown to mappers."""
    happened = Mapping.objects.filter(person=person, state__in=NOTICES).order_by("-created_at")
    return list(dict.fromkeys(NOTICES[State(mapping.state)] for mapping in happened))


def _receipts(person: Person, user: Staff) -> list[WithdrawalReceipt]:
    """What was written when something was taken back: the person has a right to a copy, whoever noted it."""
    return list(
        WithdrawalReceipt.objects.visible_to(user)
        .filter(person=person)
        .select_related("withdrawal__noted_by")
        .order_by("-withdrawal__said_at")
    )
