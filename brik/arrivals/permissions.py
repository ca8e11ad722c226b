"""What can be permitted in this room."""

from enum import StrEnum


class ArrivalsPermission(StrEnum):
    RESOLVE_ARRIVALS = "arrivals.resolve"
