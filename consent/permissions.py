"""What can be permitted in this room."""

from enum import StrEnum


class ConsentPermission(StrEnum):
    HOLD_TALK = "consent.hold_talk"
    # Read what was decided; a refusal or a deferral only with SEE_REFUSALS, or when one held the talk oneself.
    READ = "consent.read"
    SEE_REFUSALS = "consent.see_refusals"
    # What had been told to whom when something was taken back.
    READ_RECEIPTS = "consent.receipts"
    # Offered or not offered, and nothing else.
    SEE_OFFERED = "consent.see_offered"
    NOTE_WITHDRAWAL = "consent.note_withdrawal"
