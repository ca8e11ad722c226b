"""The permissions of this room."""

from enum import StrEnum


class MappingPermission(StrEnum):
    SEE_PROGRESS = "mapping.progress"
    INTERVIEW = "mapping.interview"
    READ_RESTRICTED = "mapping.read_restricted"
