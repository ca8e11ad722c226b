"""The tables of this room, each in a file named by its subject."""

from followup.sharing.answers import Answer, AnswerKind, CannotHelp, Contact
from followup.sharing.deliveries import Attempt, Delivery, Outcome, Receipt
from followup.sharing.disclosures import Disclosure
from followup.sharing.states import Kind, State

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
