"""The years in which a date can lie: one answer for what is typed, for answers and for incoming messages.

They only find a mistyped year and keep away from the ends of the calendar, where a day or a time zone more does not
exist. So they are as wide as the widest that the house has a use for: a birth or an arrival may lie far back, the end
of a long sentence far ahead. What a single question can mean (no arrival tomorrow) is for that question to say.
"""

from datetime import date
from typing import Final

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200


def is_within(day: date) -> bool:
    """Whether a day, or the day of a moment, can be meant."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
