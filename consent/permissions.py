"""The permissions of this room."""

from enum import StrEnum


class ConsentPermission(StrEnum):
    HOLD_TALK = "consent.hold_talk"
    # Read consents; a refusal or a deferral only with SEE_REFUSALS, or from an own talk.
    READ = "consent.read"
    SEE_REFUSALS = "consent.see_refusals"
    # Read the receipts of withdrawals, which say what had been shared.
    READ_RECEIPTS = "consent.receipts"
    # See whether a talk was offered, and nothing else.
    SEE_OFFERED = "consent.see_offered"
    NOTE_WITHDRAWAL = "consent.note_withdrawal"
