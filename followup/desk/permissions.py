"""The permissions of this room."""

from enum import StrEnum


class DeskPermission(StrEnum):
    READ_EVENTS = "desk.events"
    EXTRACT = "desk.extract"
    SEE_COUNTS = "desk.counts"
    HOLD = "desk.legal_hold"
    ERASE = "desk.erase"
