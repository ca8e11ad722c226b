"""The tables of this room, each in a file named by its subject."""

from consent.decisions import (
    ENDS,
    OUTCOMES,
    YES,
    Answer,
    Consent,
    Decision,
    Direction,
    State,
    Step,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.published import Kind, Language, LegalBasis, Text
from consent.talks import Talk, TalkState

__all__ = [
    "ENDS",
    "OUTCOMES",
    "YES",
    "Answer",
    "Consent",
    "Decision",
    "Direction",
    "Kind",
    "Language",
    "LegalBasis",
    "State",
    "Step",
    "Talk",
    "TalkState",
    "Text",
    "Withdrawal",
    "WithdrawalReceipt",
]
