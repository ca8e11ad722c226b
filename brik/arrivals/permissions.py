"""The permissions of this room."""

from enum import StrEnum


class ArrivalsPermission(StrEnum):
    RESOLVE_ARRIVALS = "arrivals.resolve"
