"""The tables of this room, each in a file named by its subject."""

from consent.record.decisions import (
    ENDS,
    OUTCOMES,
    YES,
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    Step,
)
from consent.record.signed_sheets import SignedSheet
from consent.record.talks import Talk, TalkState
from consent.record.withdrawal.rows import Withdrawal, WithdrawalHearing, WithdrawalReceipt, WithdrawalSaid
from consent.texts.published_texts import LegalBasis, Text, TextApproval

__all__ = [
    "ENDS",
    "OUTCOMES",
    "YES",
    "Consent",
    "ConsentState",
    "Decision",
    "DecisionAnswer",
    "Direction",
    "LegalBasis",
    "SignedSheet",
    "Step",
    "Talk",
    "TalkState",
    "Text",
    "TextApproval",
    "Withdrawal",
    "WithdrawalHearing",
    "WithdrawalReceipt",
    "WithdrawalSaid",
]
