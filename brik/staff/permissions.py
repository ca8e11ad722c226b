"""What can be permitted in this room."""

from enum import StrEnum


class StaffPermission(StrEnum):
    APPROVE_MAPPERS = "staff.approve_mappers"
    CONFIRM = "staff.confirm"
    ADMINISTER = "staff.administer"
