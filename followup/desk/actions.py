"""Where rooms meet: what is taken back or decided is carried through everywhere in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import OrganisationKind, Staff
from consent.models import Consent, Talk, Withdrawal
from consent.record import withdrawals
from consent.record.covers import covered_many
from consent.record.receipt import SharedOutside
from consent.talk import actions as consents
from followup.desk.withdrawal.choices import scope_of
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from followup.sharing.pages.plain_words import told_codes


@transaction.atomic
def withdraw(person: Person, *, what: Collection[str], said_at: datetime, by: Staff) -> Withdrawal:
    """Take back everything or a part: consent, interview, queue and what is out, all at once.

    The receipt tells what was out, attempts that nobody has answered included, marks what was shared after the person
    had said it, each such share an event of its own, and says what went along although the person still says yes to it.

    Raises:
        PermissionDenied: ``by`` may not note it for this person.
        Refused: it was said in the future, or long ago.
    """
    noted = withdrawals.withdraw(person, said_at=said_at, scope=scope_of(what), by=by)
    result = reconcile(person, by=by)
    # What an earlier withdrawal took back has been out too: the last receipt tells all of it.
    shares = [*result.retracted, *_taken_back_before(noted, result.retracted)]
    still = covered_many((share.person_id, share.organisation_id) for share in shares)
    out = [_out(share, still=still[share.person_id, share.organisation_id], said_at=said_at) for share in shares]
    for share in (share for share in [*result.cancelled, *result.retracted] if share.created_at > said_at):
        log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=share, reason=Reason.SHARED_AFTERWARDS)
    withdrawals.write_receipt(noted, out=out, unsure=bool(result.unanswered), by=by)
    return noted


@transaction.atomic
def finish_talk(talk: Talk, *, by: Staff) -> Consent:
    """Finish a consent talk and let the outside follow: what is no longer covered is stopped and retracted.

    Raises:
        As ``consent.talk.actions.finish``.
    """
    consent = consents.finish(talk, by=by)
    reconcile(consent.person, by=by)
    return consent


def _taken_back_before(noted: Withdrawal, now: Collection[Delivery]) -> list[Delivery]:
    """What the last consent had let out of what is taken back now, where it had been retracted already."""
    consent = Consent.objects.filter(person=noted.person_id).first()
    if consent is None:
        return []
    gone = (
        Delivery.objects.filter(
            person=noted.person_id,
            kind=DeliveryKind.SHARE,
            state__in=(DeliveryState.RETRACTING, DeliveryState.RETRACTED),
        )
        .filter(created_at__gte=consent.effective_at)
        .exclude(pk__in=[share.pk for share in now])
        .select_related("disclosure", "organisation")
    )
    parts = {(part.recipient_kind, part.theme) for part in noted.decisions.all()}
    return [
        share
        for share in gone
        if noted.whole or any((share.organisation.kind, theme) in parts for theme in told_codes(share.disclosure))
    ]


def _out(share: Delivery, *, still: Container[Theme], said_at: datetime) -> SharedOutside:
    told = told_codes(share.disclosure)
    return SharedOutside(
        name=share.organisation.name,
        kind=OrganisationKind(share.organisation.kind),
        themes=tuple(theme for theme in Theme if theme in told),
        day=timezone.localdate(share.created_at),
        late=share.created_at > said_at,
        sent=bool(share.attempts_made),
        rest=tuple(theme for theme in Theme if theme in told and theme in still),
    )
