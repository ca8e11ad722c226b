"""Actions that span rooms: a withdrawal or a finished talk takes effect everywhere in one transaction."""

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
from followup.sharing.pages.plain_words import disclosed_themes


@transaction.atomic
def withdraw(person: Person, *, what: Collection[str], said_at: datetime, by: Staff) -> Withdrawal:
    """Withdraw a consent whole or in part: in the consent, the interview, the queue and at the recipients.

    The receipt lists what was shared, including attempts without an answer. It marks what was shared after ``said_at``
    (each such share is an event too), and what is retracted along with it although the person still consents to it.

    Raises:
        PermissionDenied: ``by`` may not record a withdrawal of this person.
        Refused: ``said_at`` is in the future, or too long ago.
    """
    noted = withdrawals.withdraw(person, said_at=said_at, scope=scope_of(what), by=by)
    result = reconcile(person, by=by)
    # What an earlier withdrawal retracted has been shared too: the last receipt lists all of it.
    shares = [*result.retracted, *_taken_back_before(noted, result.retracted)]
    still = covered_many((share.person_id, share.organisation_id) for share in shares)
    out = [_out(share, still=still[share.person_id, share.organisation_id], said_at=said_at) for share in shares]
    for share in (share for share in [*result.cancelled, *result.retracted] if share.created_at > said_at):
        log.record(Verb.WITHDRAWAL_NOTED, by=by, subject=person.pk, obj=share, reason=Reason.SHARED_AFTERWARDS)
    withdrawals.write_receipt(noted, out=out, unsure=bool(result.unanswered), by=by)
    return noted


@transaction.atomic
def finish_talk(talk: Talk, *, by: Staff) -> Consent:
    """Finish a consent talk, and cancel and retract what is no longer covered.

    Raises:
        As ``consent.talk.actions.finish``.
    """
    consent = consents.finish(talk, by=by)
    reconcile(consent.person, by=by)
    return consent


def _taken_back_before(noted: Withdrawal, now: Collection[Delivery]) -> list[Delivery]:
    """The shares under the last consent that are withdrawn now and were retracted before."""
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
        if noted.whole or any((share.organisation.kind, theme) in parts for theme in disclosed_themes(share.disclosure))
    ]


def _out(share: Delivery, *, still: Container[Theme], said_at: datetime) -> SharedOutside:
    themes = disclosed_themes(share.disclosure)
    return SharedOutside(
        name=share.organisation.name,
        kind=OrganisationKind(share.organisation.kind),
        themes=tuple(theme for theme in Theme if theme in themes),
        day=timezone.localdate(share.created_at),
        late=share.created_at > said_at,
        sent=bool(share.attempts_made),
        rest=tuple(theme for theme in Theme if theme in themes and theme in still),
    )
