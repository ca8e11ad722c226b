"""What is written about a summary: a recipient's answer with telephone and message, and a mapper's reply."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from brik.audit import log
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.models import NoticeKind
from brik.mapping.record import closed_work
from brik.pages.refusal import Refused
from brik.staff.access import require
from brik.staff.models import Staff
from followup.sharing import actions
from followup.sharing.disclosure.clearance import Clearance, proved_clearance_of
from followup.sharing.disclosure.refusals import MessageRefusal
from followup.sharing.models import Delivery, Disclosure, PartnerMessage
from followup.sharing.permissions import SharingPermission


@transaction.atomic
def answer(disclosure: Disclosure, *, telephone: str = "", text: str = "", by: Staff, **answered: Any) -> None:
    """A recipient's answer, as ``actions.answer`` takes it, with the number to call back and one short message.

    Raises as ``actions.answer``.
    """
    actions.answer(disclosure, by=by, **answered)
    if telephone or text:
        _write_to_mapper(disclosure, telephone=telephone, text=text, by=by)


@transaction.atomic
def write(disclosure: Disclosure, *, telephone: str = "", text: str, by: Staff) -> None:
    """One more message of a recipient, whose answer stands. Raises as ``actions.readable``."""
    require(by, SharingPermission.INBOX, disclosure)
    actions.readable(disclosure, by=by)
    _write_to_mapper(disclosure, telephone=telephone, text=text, by=by)


@transaction.atomic
def reply(delivery: Delivery, *, text: str, by: Staff) -> None:
    """The unit's reply to what a recipient has written. The same reply twice is stored once.

    Raises:
        PermissionDenied: ``by`` is not an approved mapper where the person is.
        Refused: as :func:`open_to_reply`.
        SealBroken: what covers the summary is not what was signed, or a stored row was changed.
    """
    require(by, SharingPermission.SHARE, delivery.person)
    person_lock.hold(delivery.person_id)
    current = Delivery.objects.select_related("person__current_stay", "disclosure__mapping").get(pk=delivery.pk)
    # The person may have moved to another unit while this waited for the lock.
    require(by, SharingPermission.SHARE, current.person)
    current.demand_code()
    current.disclosure.demand_code()
    current.disclosure.demand_agreement()
    open_to_reply(current, proved_clearance_of(current.person_id, current.organisation_id))
    if message := _store(current.disclosure, from_recipient=False, telephone="", text=text, by=by):
        # It lies among the new ones again, also where the recipient has put the summary away.
        current.unread, current.archived_at = True, None
        current.save(update_fields=["unread", "archived_at"])
        log.record(Verb.RECIPIENT_REPLIED, by=by, subject=current.person_id, obj=message)


def open_to_reply(delivery: Delivery, clearance: Clearance) -> None:
    """Whether something may be written to the recipient now.

    Raises ``Refused`` where the summary is no longer shared, where the recipient has written nothing, and for a graded
    address: no words of anybody's own leave then.
    """
    standing = Disclosure.objects.standing().filter(pk=delivery.disclosure_id).exists()
    if not standing or not clearance.allows(delivery.disclosure):
        raise Refused(MessageRefusal.CLOSED)
    if clearance.safeguard.address_graded:
        raise Refused(MessageRefusal.GRADED)
    if not PartnerMessage.objects.filter(disclosure=delivery.disclosure_id, from_recipient=True).exists():
        raise Refused(MessageRefusal.NOTHING_WRITTEN)


def _write_to_mapper(disclosure: Disclosure, *, telephone: str, text: str, by: Staff) -> None:
    message = _store(disclosure, from_recipient=True, telephone=telephone, text=text, by=by)
    if message is None:
        return
    log.record(Verb.RECIPIENT_WROTE, by=by, subject=disclosure.person_id, obj=message)
    if text:
        closed_work.notify([disclosure.mapping], kind=NoticeKind.WRITTEN)


def _store(
    disclosure: Disclosure, *, from_recipient: bool, telephone: str, text: str, by: Staff
) -> PartnerMessage | None:
    """Store a message, for which the caller writes the event.

    None where the last one says the same: a button was pressed twice.
    """
    content = {"name": by.name, "telephone": telephone, "text": text}
    last = PartnerMessage.objects.filter(disclosure=disclosure).order_by("-sent_at", "-pk").first()
    if last is not None and last.from_recipient == from_recipient and last.content.open() == content:
        return None
    message = PartnerMessage(
        disclosure=disclosure,
        person_id=disclosure.person_id,
        from_recipient=from_recipient,
        content=content,
        sent_by=by,
    )
    message.save(force_insert=True)
    return message
