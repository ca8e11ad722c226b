"""The situation of one share, as an officer needs it: what has happened, who must act, and which buttons there are."""

from __future__ import annotations

from enum import Enum, auto
from typing import assert_never

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brik.pages.relative_days import moment
from brik.vault.sealing import SealBroken, Shredded
from followup.sharing.disclosure.states import ReceiptStatus, meaning, who_must_act
from followup.sharing.models import Delivery, DeliveryState, PartnerAnswer, PartnerAnswerKind, Receipt


class Situation(Enum):
    """The state of a share, divided further where an officer must know more than the state."""

    QUEUED = auto()
    ATTEMPTED = auto()
    UNDER_RECEIPT = auto()
    FAILED = auto()
    # Rejected, and shared again since: the newer one is on its way, or the recipient has it.
    SHARED_ANEW = auto()
    SETTLED = auto()
    PARKED = auto()
    # Parked because the stored bytes are not those decided on.
    BROKEN = auto()
    CANCELLED = auto()
    RECEIVED = auto()
    # The recipient has something newer instead, as a message or in the inbox.
    REPLACED = auto()
    REPLACED_IN_INBOX = auto()
    UNOPENED = auto()
    OPENED = auto()
    RETRACTING = auto()
    RETRACTED = auto()
    # Removed from the inbox; it was never sent.
    SHUT = auto()


def situation_of(share: Delivery, *, inbox: bool, replaced: bool, successor: Delivery | None) -> Situation:
    """The situation of a share.

    ``inbox``: it is read in the inbox; ``replaced``: a newer one was shared instead; ``successor``: the newest share to
    the same recipient after it that is neither cancelled nor rejected.
    """
    state = DeliveryState(share.state)
    match state:
        case DeliveryState.QUEUED:
            return Situation.QUEUED
        case DeliveryState.ATTEMPTED:
            return Situation.ATTEMPTED
        case DeliveryState.UNDER_RECEIPT:
            return Situation.UNDER_RECEIPT
        case DeliveryState.ACCEPTED:
            return _accepted(share, inbox=inbox, replaced=replaced)
        case DeliveryState.FAILED:
            return _rejected(successor)
        case DeliveryState.PARKED:
            return Situation.BROKEN if share.broken else Situation.PARKED
        case DeliveryState.CANCELLED:
            return Situation.CANCELLED
        case DeliveryState.RETRACTING:
            return Situation.RETRACTING
        case DeliveryState.RETRACTED:
            return Situation.SHUT if inbox else Situation.RETRACTED
        case _:
            assert_never(state)


def _accepted(share: Delivery, *, inbox: bool, replaced: bool) -> Situation:
    if not inbox:
        return Situation.REPLACED if replaced else Situation.RECEIVED
    if replaced:
        return Situation.REPLACED_IN_INBOX
    return Situation.OPENED if share.first_read_at else Situation.UNOPENED


def _rejected(successor: Delivery | None) -> Situation:
    if successor is None:
        return Situation.FAILED
    return Situation.SETTLED if successor.state == DeliveryState.ACCEPTED else Situation.SHARED_ANEW


def what_happened(situation: Situation, share: Delivery) -> tuple[str, str]:
    """What has happened, and who must act."""
    match situation:
        case Situation.QUEUED:
            return _("Sendes så snart køen er klar."), ""
        case Situation.ATTEMPTED:
            return _attempted(share), _("Du trenger ikke gjøre noe. Varer det, ring mottakeren.")
        case Situation.UNDER_RECEIPT | Situation.FAILED | Situation.SHARED_ANEW | Situation.SETTLED:
            return _answered(situation, share)
        case Situation.RECEIVED | Situation.REPLACED:
            return _("Mottatt %s.") % moment(share.state_at), ""
        case Situation.PARKED | Situation.BROKEN:
            return _held_back(broken=situation is Situation.BROKEN)
        case Situation.CANCELLED:
            return _("Mottakeren har ikke fått noe."), ""
        case Situation.RETRACTING:
            return _taking_back(share)
        case Situation.RETRACTED:
            return _("Mottakeren har bekreftet at det er trukket tilbake %s.") % moment(share.state_at), ""
        case Situation.UNOPENED | Situation.OPENED | Situation.REPLACED_IN_INBOX | Situation.SHUT:
            return _of_inbox(situation, share), ""
        case _:
            assert_never(situation)


def tag(situation: Situation, share: Delivery, answers: list[PartnerAnswer]) -> tuple[str, str]:
    """Colour and words of the tag. The latest answer says more than the state of the delivery."""
    if situation in (Situation.REPLACED, Situation.REPLACED_IN_INBOX):
        return "SUPERSEDED", _("Erstattet")
    if situation is Situation.SETTLED:
        return "SUPERSEDED", _("Avvist, ordnet senere")
    state = DeliveryState(share.state)
    if answers and state is DeliveryState.ACCEPTED:
        refused = answers[0].kind == PartnerAnswerKind.CANNOT_HELP
        return "DECLINED" if refused else "ANSWERED", answers[0].get_kind_display()
    if situation is Situation.OPENED:
        return state.name, _("Åpnet, ikke besvart")
    if situation is Situation.UNOPENED:
        return state.name, _("I innboksen")
    return state.name, str(state.label)


def steps(situation: Situation, share: Delivery, *, overtaken: bool) -> tuple[str, ...]:
    """What an officer may do. ``overtaken``: something newer has been sent, so this one is not sent again."""
    match situation:
        case Situation.QUEUED:
            return ("park",)
        case Situation.ATTEMPTED:
            return ("resend", "park")
        case Situation.UNDER_RECEIPT | Situation.FAILED:
            return () if overtaken else ("resend",)
        case Situation.PARKED | Situation.BROKEN:
            return ("resume",)
        case Situation.RETRACTING:  # nothing may hold back a retraction
            retraction = retraction_of(share)
            possible = () if retraction is None else steps(_sending(retraction), retraction, overtaken=False)
            return tuple(step for step in possible if step == "resend")
        case (
            Situation.CANCELLED
            | Situation.SHARED_ANEW
            | Situation.SETTLED
            | Situation.RECEIVED
            | Situation.REPLACED
            | Situation.REPLACED_IN_INBOX
            | Situation.UNOPENED
            | Situation.OPENED
            | Situation.RETRACTED
            | Situation.SHUT
        ):
            return ()
        case _:
            assert_never(situation)


def retraction_of(share: Delivery) -> Delivery | None:
    """The delivery that retracts the share, if there is one."""
    return getattr(share, "retraction", None)


def _sending(retraction: Delivery) -> Situation:
    """The situation of the retraction itself: a message like any other, that nothing replaces."""
    return situation_of(retraction, inbox=False, replaced=False, successor=None)


def _taking_back(share: Delivery) -> tuple[str, str]:
    retraction = retraction_of(share)
    words, who = ("", "") if retraction is None else what_happened(_sending(retraction), retraction)
    return f"{_('Vi trekker det tilbake. ')}{words}".strip(), who


def _held_back(*, broken: bool) -> tuple[str, str]:
    if broken:
        words = _("Det som er lagret, stemmer ikke med det som ble delt. Det er ikke sendt.")
        return words, _("Meld fra til systemansvarlig.")
    words = _("Satt på vent av en ansatt. Senere delinger til samme mottaker venter også.")
    return words, _("Du kan sende det likevel.")


def _of_inbox(situation: Situation, share: Delivery) -> str:
    if situation is Situation.SHUT:
        return _("Mottakeren kan ikke lenger åpne det.")
    if situation is Situation.REPLACED_IN_INBOX:
        return _("Erstattet av det som ble delt senere. Mottakeren ser bare det nyeste.")
    if share.first_read_at is None:
        return _("Ligger i innboksen. Mottakeren har ikke åpnet det ennå.")
    return _("Ligger i innboksen. Åpnet første gang %s.") % moment(share.first_read_at)


def _attempted(delivery: Delivery) -> str:
    attempts = list(delivery.attempts.all())
    tried = ngettext("Forsøkt sendt én gang", "Forsøkt sendt %(n)s ganger", len(attempts)) % {"n": len(attempts)}
    last = attempts[-1] if attempts else None
    if last is None or last.ended_at is None:
        return _("%(tried)s. Vi venter på svar. Det kan ha kommet fram.") % {"tried": tried}
    if delivery.due_at is None or delivery.due_at <= timezone.now():
        return _("%(tried)s. Mottakeren har ikke svart. Det kan ha kommet fram. Vi prøver igjen nå.") % {"tried": tried}
    return _("%(tried)s. Mottakeren har ikke svart. Det kan ha kommet fram. Vi prøver igjen %(when)s.") % {
        "tried": tried,
        "when": moment(delivery.due_at),
    }


def _answered(situation: Situation, share: Delivery) -> tuple[str, str]:
    if situation is Situation.SETTLED:
        return _("Ble avvist. Det som ble delt senere, er mottatt."), _("Ingen trenger å gjøre noe.")
    happened, who = _by_receipt(share)
    return happened, _("Det er delt på nytt senere.") if situation is Situation.SHARED_ANEW else who


def _by_receipt(delivery: Delivery) -> tuple[str, str]:
    """What the latest receipt says that led to this state; without one the state itself: a fault in BRIK."""
    state, receipts = DeliveryState(delivery.state), _in_order(delivery)
    of_state = [receipt for receipt in receipts if meaning(ReceiptStatus(receipt.status)) is state]
    if not of_state:
        return f"{state.label}.", _("Meld fra til systemansvarlig.")
    latest = of_state[-1]
    status, words = ReceiptStatus(latest.status), _words(latest, "description")
    taken = [receipt for receipt in receipts if receipt.status == ReceiptStatus.RECEIVED]
    first = ""
    if state is DeliveryState.FAILED and taken:
        first = _("Tok imot den %s, men har meldt feil etterpå.") % moment(taken[-1].received_at) + " "
    return f"{first}{status.label}.{f' «{words}»' if words else ''}", who_must_act(status)


def case_number(delivery: Delivery) -> str:
    """The recipient's own number of the case, from the latest receipt that has one; empty where none has."""
    numbers = (_words(receipt, "case") for receipt in reversed(_in_order(delivery)))
    return next(filter(None, numbers), "")


def _in_order(delivery: Delivery) -> list[Receipt]:
    return sorted(delivery.receipts.all(), key=lambda receipt: receipt.received_at)


def _words(receipt: Receipt, part: str) -> str:
    """Something in the recipient's own words; of a receipt that cannot be opened, that it cannot be read."""
    try:
        return str(receipt.content.open().get(part, ""))
    except Shredded:
        return _("slettet")
    except SealBroken:
        return _("kan ikke leses")
