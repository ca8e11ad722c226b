"""Proposing, confirming and turning down an erasure. Confirmed, the data keys are destroyed in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from brik.arrivals import erasing
from brik.arrivals.timeline.rebuild import lock_intake
from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.pages.refusal import Refused
from brik.people.identifiers.same_person import records_of
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.four_eyes.two_people import TwoPeople, two_people
from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from brik.vault.models import Key
from consent.models import Talk, TalkState
from consent.record.endings import abandon
from followup.desk.erasure.preconditions import demand_possible
from followup.desk.erasure.refusals import ErasureRefusal
from followup.desk.permissions import DeskPermission
from followup.desk.retention.actions import destroy
from followup.desk.retention.erasures import Erasure, ErasureDecision, ErasureExtent


@transaction.atomic
def propose(person: Person, *, extent: ErasureExtent, why: Reason, by: Staff) -> Erasure:
    """Propose to erase what is kept about somebody. The same proposal that waits already is not made twice.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: something stops it now.
    """
    require(by, DeskPermission.ERASE)
    people = _locked(person.pk, extent)
    demand_possible(people, extent)
    earlier: Erasure | None = Erasure.objects.waiting().filter(person__in=people, extent=extent).first()
    if earlier is not None:
        return proved([earlier])[0]
    erasure: Erasure = Erasure.objects.create(person_id=person.pk, extent=extent, why=why, proposed_by=by)
    log.record(Verb.ERASURE_PROPOSED, by=by, subject=person.pk, obj=erasure, reason=why, about=extent.name.lower())
    return erasure


@transaction.atomic
def confirm(erasure: Erasure, *, by: Staff) -> ErasureDecision:
    """Carry out what another has proposed: from this commit on nothing of it opens.

    Raises:
        PermissionDenied: ``by`` may not.
        NotAllowed: ``by`` proposed it, or the proposer may not any more.
        Refused: it is decided, or something stops it now.
    """
    require(by, DeskPermission.ERASE)
    people = _locked(erasure.person_id, ErasureExtent(erasure.extent))
    waiting = _waiting(erasure)
    return _carry_out(waiting, people, two_people(DeskPermission.ERASE, proposed_by=waiting.proposed_by, by=by))


@transaction.atomic
def turn_down(erasure: Erasure, *, by: Staff) -> ErasureDecision:
    """Let nothing be erased; the proposer may do so too. Raises as :func:`confirm`, but not for the proposer."""
    require(by, DeskPermission.ERASE)
    person_lock.hold(erasure.person_id)
    waiting = _waiting(erasure)
    decision: ErasureDecision = ErasureDecision.objects.create(
        erasure=waiting, confirmed=False, proposed_by_id=waiting.proposed_by_id, decided_by=by
    )
    log.record(Verb.ERASURE_TURNED_DOWN, by=by, subject=waiting.person_id, obj=decision)
    return decision


def _carry_out(erasure: Erasure, people: list[UUID], two: TwoPeople) -> ErasureDecision:
    if not isinstance(two, TwoPeople) or two.proposed_by.pk != erasure.proposed_by_id:
        raise TypeError("an erasure takes the two people who have proposed and confirmed it")
    extent, by = ErasureExtent(erasure.extent), two.confirmed_by
    demand_possible(people, extent)
    decision: ErasureDecision = ErasureDecision.objects.create(
        erasure=erasure, confirmed=True, proposed_by=two.proposed_by, decided_by=by
    )
    log.record(Verb.ERASURE_CONFIRMED, by=by, subject=erasure.person_id, obj=decision, about=two.proposed_by.actor_id)
    _end_talks(people, by=by)
    if extent is ErasureExtent.EVERYTHING:
        erasing.erase(people, by=by)
    living = Key.objects.filter(person__in=people, keeping__in=extent.keepings, destroyed_at=None)
    for key in living.order_by("pk").select_for_update(no_key=True):
        destroy(key, reason=Reason.ERASED, by=by)
    return decision


def _locked(person: UUID, extent: ErasureExtent) -> list[UUID]:
    """Every record that is the person, each locked. Whoever takes in messages locks that first, as here."""
    if extent is ErasureExtent.EVERYTHING:
        lock_intake()
    people = sorted(records_of([person]))
    for record in people:
        person_lock.hold(record)
    return people


def _waiting(erasure: Erasure) -> Erasure:
    waiting: Erasure | None = Erasure.objects.waiting().select_related("proposed_by").filter(pk=erasure.pk).first()
    if waiting is None:
        raise Refused(ErasureRefusal.DECIDED)
    return proved([waiting])[0]


def _end_talks(people: Iterable[UUID], *, by: Staff) -> None:
    """Close what is still open: nothing of it can be opened when the key is gone."""
    still_open = Talk.objects.select_for_update(of=("self",)).filter(person__in=people, state=TalkState.OPEN)
    for talk in still_open.order_by("pk"):
        abandon(talk, reason=Reason.ERASED, by=by)
