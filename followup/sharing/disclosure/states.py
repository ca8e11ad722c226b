"""The states of a delivery, the moves between them in one table, and the state that each receipt leads to."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnlyDict
from typing import assert_never

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    """Where a delivery stands, as an officer reads it."""

    QUEUED = "KOE", _("Venter på å bli sendt")
    ATTEMPTED = "FORSOEKT", _("Forsøkt sendt, ikke bekreftet")
    UNDER_RECEIPT = "UNDER_MOTTAK", _("Mottakeren behandler den")
    ACCEPTED = "MOTTATT", _("Mottatt")
    FAILED = "FEILET", _("Avvist av mottakeren")
    PARKED = "PARKERT", _("Satt på vent")
    CANCELLED = "STANSET", _("Stanset før den ble sendt")
    RETRACTING = "TREKKES", _("Trekkes tilbake")
    RETRACTED = "TRUKKET", _("Trukket tilbake")


class DeliveryKind(TextChoices):
    """What a delivery carries."""

    SHARE = "DELING", _("Deling")
    RETRACTION = "TILBAKETREKKING", _("Tilbaketrekking")


# Still to be sent by the worker.
WAITING = (DeliveryState.QUEUED, DeliveryState.ATTEMPTED)
# The recipient has it, may have it, or is about to get it.
LIVE = (
    DeliveryState.QUEUED,
    DeliveryState.ATTEMPTED,
    DeliveryState.UNDER_RECEIPT,
    DeliveryState.ACCEPTED,
    DeliveryState.FAILED,
    DeliveryState.PARKED,
)

MOVES: ReadOnlyDict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: frozenset(
        {
            DeliveryState.ATTEMPTED,
            DeliveryState.ACCEPTED,
            DeliveryState.PARKED,
            DeliveryState.CANCELLED,
            DeliveryState.RETRACTING,
        }
    ),
    DeliveryState.ATTEMPTED: frozenset(
        {
            DeliveryState.ATTEMPTED,
            DeliveryState.UNDER_RECEIPT,
            DeliveryState.ACCEPTED,
            DeliveryState.FAILED,
            DeliveryState.PARKED,
            DeliveryState.RETRACTING,
        }
    ),
    DeliveryState.UNDER_RECEIPT: frozenset(
        {DeliveryState.QUEUED, DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.RETRACTING}
    ),
    # A recipient that took it and then tells of a failure has lost it. An older "under receipt" moves nothing.
    DeliveryState.ACCEPTED: frozenset({DeliveryState.FAILED, DeliveryState.RETRACTING, DeliveryState.RETRACTED}),
    DeliveryState.FAILED: frozenset({DeliveryState.QUEUED, DeliveryState.ACCEPTED, DeliveryState.RETRACTING}),
    DeliveryState.PARKED: frozenset(
        {
            DeliveryState.QUEUED,
            DeliveryState.ACCEPTED,
            DeliveryState.FAILED,
            DeliveryState.CANCELLED,
            DeliveryState.RETRACTING,
        }
    ),
    DeliveryState.CANCELLED: frozenset(),
    DeliveryState.RETRACTING: frozenset({DeliveryState.RETRACTED}),
    # The recipient confirmed the retraction, and then told of a failure.
    DeliveryState.RETRACTED: frozenset({DeliveryState.RETRACTING}),
}


class ReceiptStatus(TextChoices):
    """The five statuses of the sector's receipt. Each says who must act."""

    UNDER_RECEIPT = "UNDER_MOTTAK", _("Mottakeren behandler meldingen")
    RECEIVED = "MOTTATT", _("Mottatt")
    SENDER_TECHNICAL = "FEILET_AVSENDER_TEKNISK", _("Teknisk feil hos oss")
    SENDER_INCOMPLETE = "FEILET_AVSENDER_MANGLER", _("Noe mangler i det vi sendte")
    RECEIVER_FAILED = "FEILET_MOTTAKER", _("Feil hos mottakeren")


def meaning(status: ReceiptStatus) -> DeliveryState:
    """The state a receipt leads to. The type check fails when a status is missing."""
    match status:
        case ReceiptStatus.UNDER_RECEIPT:
            return DeliveryState.UNDER_RECEIPT
        case ReceiptStatus.RECEIVED:
            return DeliveryState.ACCEPTED
        case ReceiptStatus.SENDER_TECHNICAL | ReceiptStatus.SENDER_INCOMPLETE | ReceiptStatus.RECEIVER_FAILED:
            return DeliveryState.FAILED
        case _:
            assert_never(status)


def who_must_act(status: ReceiptStatus) -> str:
    """A sentence that says who must act, and what the officer must do."""
    match status:
        case ReceiptStatus.UNDER_RECEIPT:
            return gettext("Mottakeren arbeider med den. Du trenger ikke gjøre noe.")
        case ReceiptStatus.RECEIVED:
            return gettext("Ingen trenger å gjøre noe.")
        case ReceiptStatus.SENDER_TECHNICAL:
            return gettext("Systemansvarlig hos oss må rette feilen. Send på nytt etterpå.")
        case ReceiptStatus.SENDER_INCOMPLETE:
            return gettext("Du må rette det som mangler, og dele på nytt.")
        case ReceiptStatus.RECEIVER_FAILED:
            return gettext("Mottakeren må rette feilen hos seg. Send på nytt når de sier fra.")
        case _:
            assert_never(status)


def may_move(state: str, to: DeliveryState) -> bool:
    return to in MOVES[DeliveryState(state)]
