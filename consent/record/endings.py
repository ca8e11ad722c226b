"""What ends a consent: the person takes it back, or something happens that it does not reach past.

A withdrawal is written the same way, with the same rows, whether or not there is anything to take back, and the
receipt is shown to those only who may read consents: who notes it learns nothing from it. It ends what stands when it
is written down; when it was said is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.mapping.record import lifecycle
from brik.people.models import Person
from consent.models import (
    YES,
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    Step,
    Talk,
    TalkState,
)
from consent.record import covers

# How long somebody may read after a release, at most; the texts say three months.
AFTER_RELEASE = timedelta(days=90)


class EndCause(models.TextChoices):
    """What ends a consent without the person having said so."""

    RELEASED = "released", _("Løslatt")
    STATUS_CHANGED = "status_changed", _("Ny status")
    STAY_DELETED = "stay_deleted", _("Oppholdet er slettet")
    EXPIRED = "expired", _("Tiden er ute")
    BASIS_ENDED = "basis_ended", _("Hjemmelen gjelder ikke lenger")


@transaction.atomic
def end_because(person: Person, *, cause: EndCause, by: Actor, at: datetime | None = None) -> list[Consent]:
    """End what something else than the person's word ends. Ending what has ended changes nothing.

    Release ends the mapping at once and lets recipients read for a time; a new legal status ends everything at once;
    a deleted stay means that nothing of it ever held. An open talk is left unfinished. A message that comes late does
    not reach a talk held after what it tells of: somebody who is back has decided anew.
    """
    person = (
        Person.objects.select_for_update(of=("self",), no_key=True).select_related("current_stay").get(pk=person.pk)
    )
    now = at or _moment(person, cause)
    living = list(_living(person, cause, now))
    rows: list[Step] = []
    for consent in living:
        rows += _steps(consent, cause, now, by)
    Step.objects.bulk_create(rows)
    for consent in living:
        log.record(Verb.CONSENT_ENDED, by=by, subject=person.pk, obj=consent, reason=cause)
    if cause in (EndCause.RELEASED, EndCause.STATUS_CHANGED, EndCause.STAY_DELETED):
        for talk in Talk.objects.select_for_update(of=("self",)).filter(person=person, state=TalkState.OPEN):
            talk.state, talk.answers, talk.scan = TalkState.ABANDONED, None, None
            talk.save()
            log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=person.pk, obj=talk, reason=cause)
    if living and cause == EndCause.STAY_DELETED:
        lifecycle.mark_in_error(person, by=by, since=min(consent.effective_at for consent in living))
    elif living and covers.mapping_permit(person) is None:
        lifecycle.close_gate(person, reason=cause, by=by, at=now)
    return living


def _moment(person: Person, cause: EndCause) -> datetime:
    """When a cause took effect, where nobody says it."""
    stay = person.current_stay
    return (stay.released_at if cause == EndCause.RELEASED and stay else None) or timezone.now()


def due(cause: EndCause, at: datetime) -> models.QuerySet[Consent]:
    """Everybody's consents that time has ended by then, without its being written down: run out, or without a basis.

    Raises ``ValueError`` for a cause that is no mere passing of time.
    """
    match cause:
        case EndCause.EXPIRED:
            running = Decision.objects.filter(consent=OuterRef("pk"), answer=DecisionAnswer.PERMIT, until__gt=at)
            return _yes(None).filter(~Exists(running))
        case EndCause.BASIS_ENDED:
            # An end that lies ahead does not hold up what comes at once.
            return _yes(at).filter(legal_basis__until__lte=timezone.localdate(at))
        case _:
            raise ValueError(f"{cause} is told of, and not brought by time")


def _yes(at: datetime | None) -> models.QuerySet[Consent]:
    """The consents that said yes and have not ended by then, or have no end at all."""
    return Consent.objects.with_end(at).filter(ended_as=None, outcome__in=YES)


def _living(person: Person, cause: EndCause, at: datetime) -> models.QuerySet[Consent]:
    """The consents a cause has something to end in: those that said yes, and for a deleted stay all of it."""
    stay = person.current_stay
    if cause == EndCause.STAY_DELETED:
        return Consent.objects.with_end(at).filter(ended_as=None, person=person)
    if cause == EndCause.STATUS_CHANGED:
        # An end that lies ahead (some time after a release) is overtaken by one that comes at once.
        elsewhere = ~Q(kind=stay.legal_status if stay else "")
        return _yes(at).filter(Q(effective_at__lte=at) | elsewhere, person=person)
    if cause == EndCause.RELEASED:
        back = {} if stay is None or stay.is_over else {"effective_at__lt": stay.arrived_at}
        return _yes(None).filter(person=person, effective_at__lte=at).filter(**back)
    return due(cause, at).filter(person=person)


def _steps(consent: Consent, cause: EndCause, at: datetime, by: Actor) -> list[Step]:
    common: dict[str, Any] = {"person": consent.person, "consent": consent, "cause": cause, "actor": by.actor_id}
    if cause == EndCause.STAY_DELETED:
        return [Step(state=ConsentState.IN_ERROR, effective_at=consent.effective_at, **common)]
    if cause == EndCause.EXPIRED:
        return [Step(state=ConsentState.EXPIRED, effective_at=at, **common)]
    if cause == EndCause.RELEASED:
        return [
            Step(state=ConsentState.ENDED, direction=Direction.MAP, effective_at=at, **common),
            Step(state=ConsentState.ENDED, direction=Direction.COLLECT, effective_at=at, **common),
            Step(state=ConsentState.ENDED, effective_at=at + AFTER_RELEASE, **common),
        ]
    return [Step(state=ConsentState.ENDED, effective_at=max(at, consent.effective_at), **common)]


def ended_by_time(at: datetime | None = None) -> Iterator[tuple[UUID, EndCause]]:
    """Each person with a consent that has run out, or has lost its legal basis, without its being written down.

    The same question as ``end_because`` asks, so that a person it has nothing to end for does not come back every time.
    """
    for cause in (EndCause.BASIS_ENDED, EndCause.EXPIRED):
        consents = due(cause, at or timezone.now())
        for person in consents.order_by("person_id").values_list("person_id", flat=True).distinct():
            yield person, cause
