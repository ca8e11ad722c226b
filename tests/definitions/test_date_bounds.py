"""One set of bounds holds for what is typed, for answers and for incoming messages."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from brik.arrivals.xml.xml_times import OSLO, parse_happening
from brik.definitions.date_bounds import is_within
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import clean
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.pages.fields.date_fields import DateField

DAY = next(question for question in catalogue.get("domfelt").questions() if question.type.code == "date")


@pytest.mark.parametrize("day", [date(1900, 1, 2), date(1949, 12, 31), date(2101, 1, 1), date(2200, 12, 30)])
def test_a_day_within_the_bounds_is_taken_everywhere(day):
    assert is_within(day)
    assert DateField().clean(f"{day:%d.%m.%Y}") == day
    assert clean(DAY, day) == day.isoformat()
    assert parse_happening(day.isoformat()).astimezone(OSLO).date() == day


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2201, 1, 2)])
def test_a_day_outside_them_is_taken_nowhere(day):
    assert not is_within(day)
    with pytest.raises(ValidationError):
        DateField().clean(f"{day:%d.%m.%Y}")
    with pytest.raises(Unacceptable):
        clean(DAY, day)
    with pytest.raises(ValueError, match="outside"):
        parse_happening(day.isoformat())
