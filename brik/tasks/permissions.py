"""What can be permitted in this room."""

from enum import StrEnum


class TasksPermission(StrEnum):
    # Open the page of tasks. What stands on it follows from the others.
    OPEN = "tasks.open"
    # See, take and finish the tasks given to one's own role in one's own unit.
    TAKE = "tasks.take"
    # See and take those about danger that nobody has taken in time.
    TAKE_DANGER = "tasks.take_danger"
    # See in a word whether tasks of the unit are late.
    SEE_LATE = "tasks.see_late"
    # Ask for what an interview has promised.
    MAKE = "tasks.make"
