"""What ends a consent: the person takes it back, or something happens that it does not reach past.

A withdrawal is written the same way, with the same rows, whether or not there is anything to take back, and the
receipt is shown to those only who may read consents: who notes it learns nothing from it. It ends what stands when it
is written down; when it was said is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as mapping_actions
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import OrganisationKind, Staff
from brik.vault.canonical import canonical
from consent import covers
from consent.before import MOMENT
from consent.document import sha256
from consent.models import (
    YES,
    Answer,
    Consent,
    Decision,
    Direction,
    State,
    Step,
    Talk,
    TalkState,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.permissions import ConsentPermission
from consent.receipt import Out, withdrawal_document
from consent.refusals import Refused, Why

# How long somebody may read after a release, at most; the texts say three months.
AFTER_RELEASE = timedelta(days=90)
# How far back something can have been said that is written down today, in days, the whole of the first day included.
DAYS_BACK = 30
LONGEST_AGO = timedelta(days=DAYS_BACK + 1)


class Cause(models.TextChoices):
    """What ends a consent without the person having said so."""

    RELEASED = "released", _("Løslatt")
    STATUS_CHANGED = "status_changed", _("Ny status")
    STAY_DELETED = "stay_deleted", _("Oppholdet er slettet")
    EXPIRED = "expired", _("Tiden er ute")
    BASIS_ENDED = "basis_ended", _("Hjemmelen gjelder ikke lenger")


@dataclass(frozen=True)
class Part:
    """One part that is taken back: telling a kind of recipient about a theme, or asking others at all."""

    direction: Direction
    recipient_kind: OrganisationKind | Literal[""] = ""
    theme: Theme | Literal[""] = ""

    @staticmethod
    def sharing(recipient_kind: OrganisationKind, theme: Theme) -> Part:
        return Part(Direction.DISCLOSE, recipient_kind, theme)

    @staticmethod
    def asking() -> Part:
        return Part(Direction.COLLECT)


@transaction.atomic
def withdraw(person: Person, *, said_at: datetime, scope: Literal["ALL"] | Iterable[Part], by: Staff) -> Withdrawal:
    """Take back everything, or parts, of all that is decided when it is written down.

    ``said_at`` is what the person is told it counts from. It never decides what is ended: a wrong date, or one before
    the talk, must not leave anything standing. Everything: nothing decided until now holds, the interview closes and
    what was signed off is restricted.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: it was said in the future or long ago, or nothing was chosen.
    """
    held = Person.objects.select_for_update(of=("self",), no_key=True).select_related("current_stay").get(pk=person.pk)
    require(by, ConsentPermission.NOTE_WITHDRAWAL, held)
    parts = (
        [] if scope == "ALL" else sorted(set(scope), key=lambda part: (part.direction, part.recipient_kind, part.theme))
    )
    now = timezone.now()
    if said_at > now:
        raise Refused(Why.IN_THE_FUTURE)
    if scope != "ALL" and not parts:
        raise Refused(Why.NOTHING_CHOSEN)
    if said_at < now - LONGEST_AGO:
        raise Refused(Why.LONG_AGO)
    # A talk recorded by a machine whose clock is ahead is ended too; all that is ended lies before.
    latest = Decision.objects.filter(person=held).aggregate(at=Max("effective_at"))["at"]
    effective = max(now, latest + MOMENT) if latest else now
    noted = Withdrawal.objects.create(person=held, whole=not parts, said_at=said_at, noted_by=by)
    if noted.whole:
        Step.objects.create(
            person=held, withdrawal=noted, state=State.WITHDRAWN, effective_at=effective, actor=by.actor_id
        )
    else:
        Decision.objects.bulk_create(
            Decision(
                person=held,
                withdrawal=noted,
                direction=part.direction,
                recipient_kind=part.recipient_kind,
                theme=part.theme,
                answer=Answer.DENY,
                effective_at=effective,
            )
            for part in parts
        )
    log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=held.pk, obj=noted)
    if noted.whole:
        mapping_actions.close_gate(held, reason="withdrawn", by=by, at=effective)
        mapping_actions.restrict(held, reason="withdrawn", by=by)
    elif Part.asking() in parts:
        _ask_only(held, by=by)
    return noted


def _ask_only(person: Person, *, by: Staff) -> None:
    """Tell the open interview whom it may still ask."""
    permit = covers.mapping_permit(person)
    if permit is not None:
        names = [source.name for source in covers.sources_permitted(person)]
        mapping_actions.open_gate(person, consent_uuid=permit.consent_uuid, until=permit.until, sources=names, by=by)


@transaction.atomic
def tell(withdrawal: Withdrawal, *, out: Sequence[Out], unsure: bool = False, by: Staff) -> WithdrawalReceipt:
    """Write the receipt of a withdrawal: what was out already, told by whoever shares. Telling again changes nothing.

    ``out`` is what each recipient had got; ``unsure`` when some of it may not have arrived.
    """
    told = WithdrawalReceipt.objects.filter(withdrawal=withdrawal).first()
    if told is not None:
        return told
    data = canonical(withdrawal_document(withdrawal, out=out, unsure=unsure))
    receipt = WithdrawalReceipt(
        withdrawal=withdrawal, person_id=withdrawal.person_id, document=data, document_sha256=sha256(data)
    )
    receipt.save(force_insert=True)
    log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=withdrawal.person_id, obj=receipt, reason="receipt")
    return receipt


@transaction.atomic
def end_because(person: Person, *, cause: Cause, by: Actor, at: datetime | None = None) -> list[Consent]:
    """End what something else than the person's word ends. Ending what has ended changes nothing.

    Release ends the mapping at once and lets recipients read for a time; a new legal status ends everything at once;
    a deleted stay means that nothing of it ever held. An open talk is left unfinished. A message that comes late does
    not reach a talk held after what it tells of: somebody who is back has decided anew.
    """
    held = Person.objects.select_for_update(of=("self",), no_key=True).select_related("current_stay").get(pk=person.pk)
    now = at or _moment(held, cause)
    living = list(_living(held, cause, now))
    rows: list[Step] = []
    for consent in living:
        rows += _steps(consent, cause, now, by)
    Step.objects.bulk_create(rows)
    for consent in living:
        log.record(Verb.CONSENT_ENDED, by=by, subject=held.pk, obj=consent, reason=cause)
    if cause in (Cause.RELEASED, Cause.STATUS_CHANGED, Cause.STAY_DELETED):
        for talk in Talk.objects.select_for_update(of=("self",)).filter(person=held, state=TalkState.OPEN):
            talk.state, talk.answers, talk.scan = TalkState.ABANDONED, None, None
            talk.save()
            log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=held.pk, obj=talk, reason=cause)
    if living and cause == Cause.STAY_DELETED:
        mapping_actions.mark_in_error(held, by=by, since=min(consent.effective_at for consent in living))
    elif living and covers.mapping_permit(held) is None:
        mapping_actions.close_gate(held, reason=cause, by=by, at=now)
    return living


def _moment(person: Person, cause: Cause) -> datetime:
    """When a cause took effect, where nobody says it."""
    stay = person.current_stay
    return (stay.released_at if cause == Cause.RELEASED and stay else None) or timezone.now()


def due(cause: Cause, at: datetime) -> models.QuerySet[Consent]:
    """Everybody's consents that time has ended by then, without its being written down: run out, or without a basis.

    Raises ``ValueError`` for a cause that is no mere passing of time.
    """
    match cause:
        case Cause.EXPIRED:
            running = Decision.objects.filter(consent=OuterRef("pk"), answer=Answer.PERMIT, until__gt=at)
            return _yes(None).filter(~Exists(running))
        case Cause.BASIS_ENDED:
            # An end that lies ahead does not hold up what comes at once.
            return _yes(at).filter(legal_basis__until__lte=timezone.localdate(at))
        case _:
            raise ValueError(f"{cause} is told of, and not brought by time")


def _yes(at: datetime | None) -> models.QuerySet[Consent]:
    """The consents that said yes and have not ended by then, or have no end at all."""
    return Consent.objects.with_end(at).filter(ended_as=None, outcome__in=YES)


def _living(person: Person, cause: Cause, at: datetime) -> models.QuerySet[Consent]:
    """The consents a cause has something to end in: those that said yes, and for a deleted stay all of it."""
    stay = person.current_stay
    if cause == Cause.STAY_DELETED:
        return Consent.objects.with_end(at).filter(ended_as=None, person=person)
    if cause == Cause.STATUS_CHANGED:
        # An end that lies ahead (some time after a release) is overtaken by one that comes at once.
        elsewhere = ~Q(kind=stay.legal_status if stay else "")
        return _yes(at).filter(Q(effective_at__lte=at) | elsewhere, person=person)
    if cause == Cause.RELEASED:
        back = {} if stay is None or stay.is_over else {"effective_at__lt": stay.arrived_at}
        return _yes(None).filter(person=person, effective_at__lte=at).filter(**back)
    return due(cause, at).filter(person=person)


def _steps(consent: Consent, cause: Cause, at: datetime, by: Actor) -> list[Step]:
    common: dict[str, Any] = {"person": consent.person, "consent": consent, "cause": cause, "actor": by.actor_id}
    if cause == Cause.STAY_DELETED:
        return [Step(state=State.IN_ERROR, effective_at=consent.effective_at, **common)]
    if cause == Cause.EXPIRED:
        return [Step(state=State.EXPIRED, effective_at=at, **common)]
    if cause == Cause.RELEASED:
        return [
            Step(state=State.ENDED, direction=Direction.MAP, effective_at=at, **common),
            Step(state=State.ENDED, direction=Direction.COLLECT, effective_at=at, **common),
            Step(state=State.ENDED, effective_at=at + AFTER_RELEASE, **common),
        ]
    return [Step(state=State.ENDED, effective_at=max(at, consent.effective_at), **common)]
