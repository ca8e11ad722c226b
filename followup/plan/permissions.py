"""What can be permitted in this room."""

from enum import StrEnum


class PlanPermission(StrEnum):
    # See and change what somebody needs help with, as said in the interview: theme, level and wish.
    NEEDS = "plan.needs"
