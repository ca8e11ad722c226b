"""What a change of somebody's stay ends: the consent, the interview, and what is out. And how that stands again.

A change that the stays no longer say was wrong, or is taken back: a leader has answered otherwise, the sender has
deleted the message. What ended by it stands again as it was signed and written, as far as nothing else has ended it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID

from django.utils import timezone

from brik.arrivals.timeline.stay_effects import EffectKind, StayEffect
from brik.audit.actors import Actor
from brik.jobs import person_lock
from brik.mapping.models import Mapping, NoticeKind
from brik.mapping.record import closed_work, lifecycle
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.people.models import Person, Stay
from brik.vault.codes.coded_models import changed_past_us
from consent.record import covers
from consent.record.endings import EndCause, bring_back, end_because, moment_of, readable_until
from consent.record.withdrawal.actions import end_interviews
from followup.desk.models import StayChange
from followup.plan import lifecycle as needs
from followup.plan.need_states import NeedMover, NeedState
from followup.sharing.delivery.reconciliation import reconcile, taken_from_recipients

# The cause by which each effect ends a consent.
CAUSES = {
    EffectKind.RELEASED: EndCause.RELEASED,
    EffectKind.STATUS_CHANGED: EndCause.STATUS_CHANGED,
    EffectKind.STAY_DELETED: EndCause.STAY_DELETED,
}


def in_order(effects: Iterable[StayEffect]) -> list[StayEffect]:
    """The people in a fixed order, so that two messages at once do not deadlock."""
    return sorted(effects, key=lambda effect: str(effect.person.pk))


def note(effect: StayEffect) -> StayChange:
    """Store what happened to the stay, and how it was before."""
    return StayChange.objects.create(
        person=effect.person,
        kind=effect.kind,
        since=effect.since,
        origin=effect.origin,
        status=effect.status,
        status_since=effect.status_since,
    )


def end(effect: StayEffect, *, by: Actor) -> None:
    """End what the effect ends, at once."""
    if effect.kind in CAUSES:
        carry_out(note(effect), effect.person, by=by)
    else:
        person_lock.hold(effect.person.pk)
        reconcile(effect.person, by=by)


def carry_out(change: StayChange, person: Person, *, by: Actor) -> None:
    """End what the change ends."""
    person_lock.hold(person.pk)
    kind = EffectKind(change.kind)
    if kind in CAUSES:
        _end(change, person, CAUSES[kind], by=by)
    reconcile(person, by=by)
    StayChange.objects.filter(pk=change.pk).change(ended_at=timezone.now())


def _end(change: StayChange, person: Person, cause: EndCause, by: Actor) -> None:
    deleted = cause is EndCause.STAY_DELETED
    if deleted:
        closed = lifecycle.mark_in_error(person, since=change.since, by=by)
        closed_work.notify(closed, kind=NoticeKind.STAY_DELETED)
    # Who has another stay keeps what was signed before the one that is gone.
    since = change.since if deleted and person.current_stay is not None else None
    end_because(person, cause=cause, since=since, occasion=change.uuid, by=by)
    _end_needs(change, person, since=since, by=by)
    # Close the gate, except for somebody who is already back and may have given a new consent.
    back = cause is EndCause.RELEASED and person.current_stay and not person.current_stay.is_over
    if not back and covers.mapping_permit(person) is None:
        until = readable_until(cause, moment_of(person, cause))
        lifecycle.close_gate(person, reason=cause, by=by, readable_until=until)


def _end_needs(change: StayChange, person: Person, *, since: datetime | None, by: Actor) -> None:
    """End the needs that are open, each kind of change in its way: nobody is released into nothing unseen."""
    stay, occasion = person.current_stay, change.uuid
    match EffectKind(change.kind):
        case EffectKind.RELEASED:
            # Who is back already has new needs, which stand.
            back = stay is not None and not stay.is_over
            before = stay.arrived_at if stay is not None and back else None
            needs.end_open(
                person, to=NeedState.NOT_MET, mover=NeedMover.RELEASE, reason=change.kind, before=before,
                occasion=occasion, by=by,
            )  # fmt: skip
        case EffectKind.STATUS_CHANGED:
            form = QUESTIONNAIRE.get(LegalStatus(stay.legal_status), "") if stay is not None else ""
            needs.end_open(
                person, to=NeedState.LAPSED, mover=NeedMover.STAY, reason=change.kind, but_for_form=form,
                occasion=occasion, by=by,
            )  # fmt: skip
        case EffectKind.STAY_DELETED:
            needs.end_open(
                person, to=NeedState.IN_ERROR, mover=NeedMover.STAY, reason=change.kind, since=since,
                occasion=occasion, by=by,
            )  # fmt: skip


def intact(changes: Iterable[StayChange]) -> list[StayChange]:
    """Those of these changes that were stored here. By another nothing ends and nothing stands again.

    What the stays say themselves holds without it: nothing is covered in a stay that is over.
    """
    found = list(changes)
    broken = changed_past_us(found)
    return [change for change in found if change not in broken]


def undone(people: Iterable[Person]) -> list[StayChange]:
    """Mark the changes of these people's stays that the stays no longer say, and return those not carried out yet."""
    found = StayChange.objects.filter(person__in=[person.pk for person in people], restored_at=None, kind__in=CAUSES)
    changes = intact(found.order_by("person", "-pk"))
    stays: dict[UUID, list[Stay]] = {change.person_id: [] for change in changes}
    if changes:
        for stay in Stay.objects.filter(person__in=stays).order_by("arrived_at", "pk"):
            stays[stay.person_id].append(stay)
    gone = [change for change in changes if not _is_so(change, stays[change.person_id])]
    StayChange.objects.filter(pk__in=[change.pk for change in gone], undone_at=None).change(undone_at=timezone.now())
    return gone


def _is_so(change: StayChange, stays: Sequence[Stay]) -> bool:
    """Whether the stays say what the change said."""
    latest = stays[-1] if stays else None
    same = next((stay for stay in stays if stay.origin == change.origin), None)
    match EffectKind(change.kind):
        case EffectKind.STAY_DELETED:
            return same is None
        case EffectKind.RELEASED:
            return same is None or same.is_over
        case EffectKind.STATUS_CHANGED:
            # Somebody whose status has changed back since then has it anew, and so has somebody with a new stay.
            if latest is None or latest.origin != change.origin:
                return True
            return (latest.legal_status, latest.status_since) != (change.status, change.status_since)
        case EffectKind.TRANSFERRED:
            return True
        case _ as never:
            assert_never(never)


def restore(person: Person, changes: Sequence[StayChange], *, by: Actor) -> None:
    """Let what these undone changes of one person had ended stand again, the last first, and tell the mappers.

    A change that had not been carried out ends nothing any longer.
    """
    person_lock.hold(person.pk)
    occasions = {change.uuid: change.recorded_at for change in changes if change.ended_at is not None}
    returned = bring_back(person, occasions=occasions, by=by) if occasions else []
    needs.bring_back(person, occasions=occasions, by=by)
    now = timezone.now()
    StayChange.objects.filter(pk__in=[change.pk for change in changes], ended_at=None).change(ended_at=now)
    StayChange.objects.filter(pk__in=[change.pk for change in changes]).change(restored_at=now)
    end_interviews(person, by=by)
    reconcile(person, by=by)
    if returned:
        _tell([row.pk for row in returned], since=min(occasions.values()))


def _tell(pks: Sequence[UUID], *, since: datetime) -> None:
    """Tell the mappers of these interviews what stands again, and what does not."""
    taken = taken_from_recipients(pks, since=since)
    kinds: dict[NoticeKind, list[Mapping]] = {}
    for row in Mapping.objects.filter(pk__in=pks):
        if not row.gate_open:
            kind = NoticeKind.STAYS_ENDED
        else:
            kind = NoticeKind.SHARE_AGAIN if row.pk in taken else NoticeKind.STANDS_AGAIN
        kinds.setdefault(kind, []).append(row)
    for kind, rows in kinds.items():
        closed_work.replace(NoticeKind.STAY_DELETED, rows, by=kind)
