"""The tables of this room, each in a file named by its subject."""

from consent.record.decisions import (
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
from consent.record.talks import Talk, TalkState
from consent.texts.published_texts import Kind, Language, LegalBasis, Text

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
