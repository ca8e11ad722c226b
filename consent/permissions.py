"""The permissions of this room."""

from enum import StrEnum


class ConsentPermission(StrEnum):
    HOLD_TALK = "consent.hold_talk"
    # The last page and the paper of a talk: of the one just signed, and of every consent the user may read.
    CLOSE_TALK = "consent.close_talk"
    # Read consents, refusals and deferrals too: if every yes were seen, the missing ones would show who said no.
    READ = "consent.read"
    # See what came of a talk, and go on with a colleague's.
    SEE_REFUSALS = "consent.see_refusals"
    # Read the receipts of withdrawals, which say what had been shared.
    READ_RECEIPTS = "consent.receipts"
    # Open the archived sheet with the signature.
    READ_SHEETS = "consent.sheets"
    # See whether a talk was offered, and nothing else.
    SEE_OFFERED = "consent.see_offered"
    NOTE_WITHDRAWAL = "consent.note_withdrawal"
