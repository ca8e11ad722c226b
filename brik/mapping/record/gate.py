"""The gate of an interview: whether anything may be written now. The consent opens and closes it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from brik.mapping.record import person_gate
from brik.mapping.record.interviews import Mapping
from brik.mapping.record.refusals import InterviewRefusal, TakenOver
from brik.mapping.record.states import OPEN, InterviewState
from brik.pages.refusal import Refused
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.people.models import Person
from brik.staff.models import MapperApproval, Role, Staff
from brik.vault.codes.coded_models import proved


def kind_for(person: Person) -> str:
    """The id of the questionnaire for the person's present stay.

    Raises:
        Refused: the person is released, or has a legal status that is not mapped here.
    """
    stay = person.current_stay
    if stay is None or stay.is_over:
        raise Refused(InterviewRefusal.RELEASED)
    stay.demand_code()
    kind = QUESTIONNAIRE.get(LegalStatus(stay.legal_status))
    if kind is None:
        raise Refused(InterviewRefusal.NOT_MAPPED_HERE)
    return kind


def lock(mapping: Mapping) -> Mapping:
    """The row as it is now, locked until the transaction ends, and the person's gate: who shuts one waits."""
    person_gate.lock(mapping.person_id)
    rows = Mapping.objects.select_for_update(of=("self",), no_key=True)
    return proved([rows.select_related("person__current_stay", "person__gate", "mapper").get(pk=mapping.pk)])[0]


def check(mapping: Mapping, *, by: Staff, at: datetime | None = None) -> None:
    """Raise :class:`Refused` unless consent, stay and approval all hold at this moment."""
    if not mapping.gate_open or mapping.person.gate.is_shut:
        raise Refused(InterviewRefusal.NOT_OPEN)
    if mapping.is_left_unfinished(at or timezone.now()):
        raise Refused(InterviewRefusal.LEFT_UNFINISHED)
    if not mapping.gate_is_open(at or timezone.now()):
        raise Refused(InterviewRefusal.EXPIRED)
    if kind_for(mapping.person) != mapping.kind:
        raise Refused(InterviewRefusal.OTHER_STATUS)
    check_approved(mapping.person, by=by)


def check_approved(person: Person, *, by: Staff) -> None:
    """Raise :class:`Refused` unless ``by`` is an approved mapper, today, where the person is."""
    unit = person.unit_id
    approval = MapperApproval.objects.current().filter(
        staff=by,
        unit=unit,
        staff__is_active=True,
        staff__posts__in=by.posts.current().filter(role=Role.MAPPER, unit=unit),
    )
    if not approval.exists():
        raise Refused(InterviewRefusal.NOT_APPROVED)


def check_begun(mapping: Mapping) -> None:
    """Raise :class:`Refused` unless the interview is begun and open: no other is written, or shown to be changed."""
    if mapping.state == InterviewState.READY:
        raise Refused(InterviewRefusal.NOT_STARTED)
    if mapping.state not in OPEN:
        raise Refused(InterviewRefusal.NOT_OPEN if mapping.state == InterviewState.CLOSED else InterviewRefusal.ENDED)


def lock_to_write(mapping: Mapping, *, by: Staff) -> Mapping:
    """Lock a begun interview of ``by``'s own and check its gate.

    Raises:
        Refused: it is not begun, has ended, or the gate is closed.
        TakenOver: another mapper holds it.
    """
    mapping = lock(mapping)
    check_begun(mapping)
    check(mapping, by=by)
    if mapping.mapper_id != by.pk:
        raise TakenOver(mapping)
    return mapping
