"""What ends a consent other than a withdrawal: a release, a new legal status, a deleted stay, or time.

And how it stands again, where the release, the new status or the deletion is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.models import Mapping
from brik.mapping.record import lifecycle
from brik.mapping.record.states import OPEN
from brik.people.models import Person, Stay
from brik.vault.codes.coded_models import changed_past_us
from consent.models import (
    YES,
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    LegalBasis,
    Step,
    Talk,
    TalkState,
)
from consent.record import covers
from consent.texts import legal_bases

# How long somebody may read after a release, at most; the texts say three months.
AFTER_RELEASE = timedelta(days=90)


class EndCause(models.TextChoices):
    """Why a consent ends without the person's own word."""

    RELEASED = "released", _("Løslatt")
    STATUS_CHANGED = "status_changed", _("Ny status")
    STAY_DELETED = "stay_deleted", _("Oppholdet er slettet")
    EXPIRED = "expired", _("Tiden er ute")
    BASIS_ENDED = "basis_ended", _("Hjemmelen gjelder ikke lenger")


@transaction.atomic
def end_because(
    person: Person,
    *,
    cause: EndCause,
    by: Actor,
    at: datetime | None = None,
    since: datetime | None = None,
    occasion: UUID | None = None,
) -> list[Consent]:
    """End the person's consents for a cause. Doing it twice changes nothing.

    ``since``: from when consents belong to a deleted stay, and do not stand by another; without it none stands.
    ``occasion`` is what :func:`bring_back` finds again by what ended here.

    A release ends mapping and plan at once, and recipients may read for some time more. A new legal status ends all
    at once. A deleted stay marks its consents as errors. An open talk is abandoned. A late message does not end a talk
    that was held after the event: somebody who is back has decided anew.
    """
    person = Person.objects.lock(person.pk)
    now = at or moment_of(person, cause)
    living = list(_living(person, cause, now, since))
    rows: list[Step] = []
    for consent in living:
        rows += _steps(consent, cause, now, by, occasion)
    Step.objects.bulk_create(rows)
    for consent in living:
        log.record(Verb.CONSENT_ENDED, by=by, subject=person.pk, obj=consent, reason=cause)
    if cause in (EndCause.RELEASED, EndCause.STATUS_CHANGED, EndCause.STAY_DELETED):
        talks = Talk.objects.select_for_update(of=("self",)).filter(person=person, state=TalkState.OPEN)
        for talk in talks if since is None else talks.filter(started_at__gte=since):
            abandon(talk, reason=cause, by=by)
    if living and cause == EndCause.STAY_DELETED:
        lifecycle.mark_in_error(person, by=by, since=min(consent.effective_at for consent in living))
    elif living and covers.mapping_permit(person) is None:
        lifecycle.close_gate(person, reason=cause, by=by, at=now, readable_until=readable_until(cause, now))
    return living


@transaction.atomic
def bring_back(person: Person, *, occasions: dict[UUID, datetime], by: Actor) -> list[Mapping]:
    """Let consents and interviews that undone changes of the stay had ended stand again. Returns the interviews.

    Only these ends are taken back: what was withdrawn, has run out or lost its legal basis meanwhile stays ended. A
    consent after which the person has decided anew does not come back, and neither do its interviews: the later word
    counts. ``occasions``: when each change was recorded, the last first. The caller holds the person's lock.
    """
    person = Person.objects.lock(person.pk)
    now = timezone.now()
    later = Consent.objects.filter(person=person, effective_at__gt=OuterRef("consent__effective_at"))
    ends = list(
        Step.objects.filter(person=person, occasion__in=occasions, undone_by=None)
        .annotate(overtaken=Exists(later.exclude(outcome=ConsentState.DEFERRED)))
        .select_related("consent")
    )
    undone = [step for step in ends if not step.overtaken]
    overtaken = {step.consent.pk for step in ends if step.overtaken and step.consent}
    Step.objects.bulk_create(
        Step(
            person=person,
            consent=step.consent,
            state=ConsentState.RESTORED,
            direction=step.direction,
            cause=step.cause,
            undoes=step,
            effective_at=now,
            actor=by.actor_id,
        )
        for step in undone
    )
    for consent in {step.consent_id: step.consent for step in undone}.values():
        log.record(Verb.CONSENT_RESTORED, by=by, subject=person.pk, obj=consent)
    returned: dict[UUID, Mapping] = {}
    for before in occasions.values():
        returned |= {row.pk: row for row in lifecycle.put_back(person, before=before, but_for=overtaken, by=by)}
    under = {row.consent_uuid for row in returned.values() if row.consent_uuid}
    for consent in Consent.objects.select_related("legal_basis").filter(pk__in=under):
        lifecycle.end_reading([consent.pk], basis_until=consent.legal_basis.ends_at)
    permit = covers.mapping_permit(person)
    if permit is not None:
        open_as_permitted(person, permit, by=by)
    elif any(row.state in OPEN for row in returned.values()):
        lifecycle.close_gate(person, reason=Reason.CONSENT_ENDED, by=by, at=now)
    return list(returned.values())


def open_as_permitted(person: Person, permit: covers.CoveredBy, *, by: Actor) -> None:
    """Open the gate of the interview as the consent lets it be now: until when, and who may be asked."""
    consent = Consent.objects.select_related("legal_basis").get(pk=permit.consent_uuid)
    asking = covers.asking_permitted(person)
    lifecycle.open_gate(
        person,
        consent_uuid=permit.consent_uuid,
        until=permit.until,
        sources=[(source.name, source.themes) for source in asking.sources],
        sources_until=asking.until,
        basis_until=consent.legal_basis.ends_at,
        by=by,
    )


@transaction.atomic
def end_basis(kind: str, regulation: str, *, on: date, by: Actor) -> legal_bases.Ended:
    """End a legal basis on a day, and write to the interviews under it that nobody reads them from then on.

    It may end today: from the commit on nothing under it is shared, sent or read, as after a withdrawal.

    Raises as ``legal_bases.end``.
    """
    person_lock.hold_all()
    ended = legal_bases.end(kind, regulation, on=on, by=by)
    for basis in LegalBasis.objects.filter(kind=kind, regulation=regulation, until=on):
        consents = Consent.objects.filter(legal_basis=basis).order_by().values_list("pk", flat=True)
        lifecycle.end_reading(consents, basis_until=basis.ends_at)
    return ended


def abandon(talk: Talk, *, reason: str, by: Actor) -> None:
    """Close an open talk that is not finished, and remove its answers. The caller has locked it."""
    if changed_past_us([talk]):
        # Whatever has become of its row, what ends it does not wait.
        talk.take_as_found()
        log.record(Verb.INTEGRITY_BROKEN, by=by, subject=talk.person_id, obj=talk, reason=Reason.FOUND_BY_CHECK)
    talk.state, talk.answers, talk.scan = TalkState.ABANDONED, None, None
    talk.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=talk.person_id, obj=talk, reason=reason)


def readable_until(cause: EndCause, ended_at: datetime) -> datetime:
    """When the words are closed inside too, after a consent has ended for a cause."""
    match cause:
        case EndCause.RELEASED | EndCause.STATUS_CHANGED | EndCause.EXPIRED:
            return lifecycle.reading_ends(ended_at)
        case EndCause.STAY_DELETED | EndCause.BASIS_ENDED:
            return ended_at
        case _:
            assert_never(cause)


def moment_of(person: Person, cause: EndCause) -> datetime:
    """When a cause took effect, where the caller does not say it."""
    stay = person.current_stay
    return (stay.released_at if cause == EndCause.RELEASED and stay else None) or timezone.now()


def due(cause: EndCause, at: datetime) -> models.QuerySet[Consent]:
    """Consents that have expired or lost their legal basis by then, while no step says so yet.

    Raises ``ValueError`` for another cause.
    """
    match cause:
        case EndCause.EXPIRED:
            running = Decision.objects.filter(consent=OuterRef("pk"), answer=DecisionAnswer.PERMIT, until__gt=at)
            return _yes(None).filter(~Exists(running))
        case EndCause.BASIS_ENDED:
            # A consent with a later end is ended now all the same.
            return _yes(at).filter(legal_basis__until__lte=timezone.localdate(at))
        case _:
            raise ValueError(f"{cause} does not come by the passing of time")


def _yes(at: datetime | None) -> models.QuerySet[Consent]:
    """The consents with a yes that have not ended by then; with None, that have no end at all."""
    return Consent.objects.with_end(at).filter(ended_as=None, outcome__in=YES)


def _living(person: Person, cause: EndCause, at: datetime, since: datetime | None) -> models.QuerySet[Consent]:
    """The consents that a cause ends: those with a yes; for a deleted stay, all that belong to it."""
    stay = person.current_stay
    if cause == EndCause.STAY_DELETED:
        of_person = Consent.objects.with_end(at).filter(ended_as=None, person=person)
        if since is None:
            return of_person
        left = Stay.objects.filter(person=person, arrived_at__lte=OuterRef("effective_at")).filter(
            Q(released_at=None) | Q(released_at__gt=OuterRef("effective_at"))
        )
        return of_person.filter(Q(effective_at__gte=since) | ~Exists(left))
    if cause == EndCause.STATUS_CHANGED:
        # Also a consent with a later end (some time after a release) is ended now.
        elsewhere = ~Q(kind=stay.legal_status if stay else "")
        return _yes(at).filter(Q(effective_at__lte=at) | elsewhere, person=person)
    if cause == EndCause.RELEASED:
        # A talk held before the message about the release came is ended too, unless the person is back.
        if stay is None or stay.is_over:
            return _yes(None).filter(person=person)
        return _yes(None).filter(person=person, effective_at__lte=at, effective_at__lt=stay.arrived_at)
    return due(cause, at).filter(person=person)


def _steps(consent: Consent, cause: EndCause, at: datetime, by: Actor, occasion: UUID | None) -> list[Step]:
    common: dict[str, Any] = {"person": consent.person, "consent": consent, "cause": cause, "actor": by.actor_id}
    common["occasion"] = occasion
    if cause == EndCause.STAY_DELETED:
        return [Step(state=ConsentState.IN_ERROR, effective_at=consent.effective_at, **common)]
    if cause == EndCause.EXPIRED:
        return [Step(state=ConsentState.EXPIRED, effective_at=at, **common)]
    if cause == EndCause.RELEASED:
        ends = max(at, consent.effective_at)
        return [
            Step(state=ConsentState.ENDED, direction=Direction.MAP, effective_at=ends, **common),
            Step(state=ConsentState.ENDED, direction=Direction.COLLECT, effective_at=ends, **common),
            Step(state=ConsentState.ENDED, direction=Direction.PLAN, effective_at=ends, **common),
            Step(state=ConsentState.ENDED, effective_at=at + AFTER_RELEASE, **common),
        ]
    return [Step(state=ConsentState.ENDED, effective_at=max(at, consent.effective_at), **common)]


def steps_of_end(cause: str) -> int:
    """How many steps one end for a cause (``EndCause``) writes for each consent."""
    return 4 if cause == EndCause.RELEASED else 1


def ended_by_time(at: datetime | None = None) -> Iterator[tuple[UUID, EndCause]]:
    """Each person with a consent that has expired or lost its legal basis, while no step says so yet.

    Uses :func:`due` as ``end_because`` does: otherwise a person with nothing to end would come back every time.
    """
    for cause in (EndCause.BASIS_ENDED, EndCause.EXPIRED):
        consents = due(cause, at or timezone.now())
        for person in consents.order_by("person_id").values_list("person_id", flat=True).distinct():
            yield person, cause
