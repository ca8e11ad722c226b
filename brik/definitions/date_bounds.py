"""The first and last year of any date: typed, answered or in an incoming message.

The bounds find mistyped years, and avoid the ends of the calendar, where adding a day or a time zone fails. They are
wide enough for a birth long ago and the end of a long sentence. A question may have narrower bounds of its own.
"""

from datetime import date
from typing import Final

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200


def is_within(day: date) -> bool:
    """Whether a day lies within the bounds."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
