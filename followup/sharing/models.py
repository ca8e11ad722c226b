"""The tables of this room, each in a file named by its subject."""

from followup.sharing.disclosure.deliveries import Attempt, Delivery, Outcome, Receipt
from followup.sharing.disclosure.disclosures import Disclosure
from followup.sharing.disclosure.partner_answers import Answer, AnswerKind, CannotHelp, Contact
from followup.sharing.disclosure.states import Kind, State

__all__ = [
    "Answer",
    "AnswerKind",
    "Attempt",
    "CannotHelp",
    "Contact",
    "Delivery",
    "Disclosure",
    "Kind",
    "Outcome",
    "Receipt",
    "State",
]
