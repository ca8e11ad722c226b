"""The tables of this room, each in a file named by its subject."""

from followup.sharing.disclosure.deliveries import Attempt, AttemptOutcome, Delivery, Receipt
from followup.sharing.disclosure.disclosures import Disclosure
from followup.sharing.disclosure.disposal_notices import DisposalAnswer, DisposalAnswerKind, DisposalNotice
from followup.sharing.disclosure.partner_answers import CannotHelp, Contact, PartnerAnswer, PartnerAnswerKind
from followup.sharing.disclosure.partner_messages import PartnerMessage
from followup.sharing.disclosure.states import DeliveryKind, DeliveryState

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "CannotHelp",
    "Contact",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Disclosure",
    "DisposalAnswer",
    "DisposalAnswerKind",
    "DisposalNotice",
    "PartnerAnswer",
    "PartnerAnswerKind",
    "PartnerMessage",
    "Receipt",
]
