"""What can be permitted in this room."""

from enum import StrEnum


class SlipsPermission(StrEnum):
    # Turn the screen to a person for a slip. Nobody who may do that may read one.
    TURN = "slips.turn"
    # Open and read the slips to one's own organisation.
    READ = "slips.read"
