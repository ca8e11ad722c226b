"""What a change of the stay does to needs. Nobody's leave is asked, and no consent: a need always ends."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.vault.codes.coded_models import changed_past_us
from followup.plan.need_states import NeedMover, NeedState, may_move
from followup.plan.needs import Need


@transaction.atomic
def end_open(
    person: Person,
    *,
    to: NeedState,
    mover: NeedMover,
    reason: str,
    occasion: UUID,
    since: datetime | None = None,
    before: datetime | None = None,
    but_for_form: str = "",
    by: Actor,
) -> list[Need]:
    """End every open need of the person in one way. The caller holds the person's lock.

    ``occasion`` is the change of the stay that ends them, by which :func:`bring_back` finds them; ``since`` leaves out
    those that are older, ``before`` those of a stay that came after, ``but_for_form`` those of interviews with the form
    that counts now. What was sealed stays as it was: the key may be gone.
    """
    found = Need.objects.filter(person=person).open()
    if since is not None:
        found = found.filter(entered_at__gte=since)
    if before is not None:
        found = found.filter(entered_at__lt=before)
    if but_for_form:
        found = found.exclude(mapping__kind=but_for_form)
    return _move_all(
        list(found.select_for_update(of=("self",), no_key=True).order_by("pk")), to, mover, reason, occasion, by=by
    )


@transaction.atomic
def bring_back(person: Person, *, occasions: Container[UUID], by: Actor) -> list[Need]:
    """Let the needs that these changes of the stay have ended stand again, since they are undone."""
    ended = Need.objects.filter(person=person, occasion__isnull=False).exclude(state=NeedState.OPEN)
    rows = [need for need in ended.select_for_update(no_key=True).order_by("pk") if need.occasion in occasions]
    return _move_all(rows, NeedState.OPEN, NeedMover.STAY, Reason.RESTORED, None, by=by)


def _move_all(
    needs: list[Need], to: NeedState, mover: NeedMover, reason: str, occasion: UUID | None, *, by: Actor
) -> list[Need]:
    broken = {need.pk for need in changed_past_us(needs)}
    moved = []
    for need in needs:
        if need.pk in broken:
            # It stays as it is, and holds up nothing: the release takes place whatever became of the row.
            log.record(Verb.INTEGRITY_BROKEN, by=by, subject=need.person_id, obj=need, reason=Reason.FOUND_BY_CHECK)
            continue
        if not may_move(need.state, to, mover):
            continue
        need.state, need.reason, need.occasion = to, reason, occasion
        need.moved_at, need.moved_by = timezone.now(), None
        need.save()
        log.record(Verb.NEED_MOVED, by=by, subject=need.person_id, obj=need, reason=to.event_code)
        moved.append(need)
    return moved
