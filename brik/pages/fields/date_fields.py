"""Questions answered with a day, a month or a time of day, typed as people write them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from brik.definitions.date_bounds import FIRST_YEAR, LAST_YEAR
from brik.pages.fields.base import PageField
from brik.pages.fields.text_fields import TextField

# A year of two digits lies at most this many years ahead, else in the past.
YEARS_AHEAD = 20


def _on(day: date) -> dict[str, str]:
    return {"day": day.strftime("%d.%m.%Y")}


def _year(written: str) -> int:
    """The year of four digits, or of two: "26" is 2026, "85" is 1985. Raises ``ValueError`` outside the bounds."""
    year = int(written)
    if len(written) == 2:
        latest = date.today().year + YEARS_AHEAD
        year = latest - (latest - year) % 100
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError
    return year


class DateField(PageField, forms.DateField):
    """A date typed as day, month, year (of four digits or two); dots, slashes, dashes or spaces between."""

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("Dag, måned og år, for eksempel 31.12.2026"))
        super().__init__(widget=forms.DateInput(format="%d.%m.%Y"), **kwargs)
        self.earliest, self.latest = earliest, latest
        self.widget.attrs.update({"autocomplete": "off", "data-width": "date"})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        match = re.fullmatch(r"(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4}|\d{2})", str(value).strip(), re.ASCII)
        try:
            if match is None:
                raise ValueError
            return date(_year(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            raise ValidationError(
                _("Skriv datoen som dag, måned og år, for eksempel 31.12.2026."), code="date"
            ) from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(_("Datoen kan ikke være før %(day)s."), code="early", params=_on(self.earliest))
        if value and self.latest and value > self.latest:
            raise ValidationError(_("Datoen kan ikke være etter %(day)s."), code="late", params=_on(self.latest))


class LastDayField(DateField):
    """Asks for the last day of a span; gives the day after it, on which the span has ended."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        return day + timedelta(days=1) if day else None


class MonthField(TextField):
    """A month and a year; gives "YYYY-MM"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("Måned og år, for eksempel 12.2026"))
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"data-width": "date", "inputmode": "text"})

    def prepare_value(self, value: Any) -> Any:
        stored = re.fullmatch(r"(\d{4})-(\d{2})", str(value or ""))
        return f"{stored[2]}.{stored[1]}" if stored else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        match = re.fullmatch(r"(\d{1,2})[ ./-]+(\d{4}|\d{2})", text, re.ASCII)
        if not text:
            return ""
        try:
            if match is None:
                raise ValueError
            return f"{date(_year(match[2]), int(match[1]), 1):%Y-%m}"
        except ValueError:
            raise ValidationError(_("Skriv måned og år, for eksempel 12.2026."), code="month") from None


class TimeField(PageField, forms.TimeField):
    """A time of day in hours and minutes, with a dot or a colon between."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("For eksempel 14.30"))
        super().__init__(widget=forms.TimeInput(format="%H.%M"), **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "data-width": "date"})

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = re.fullmatch(r"(\d{1,2})[ .:](\d{2})", str(value).strip(), re.ASCII)
        try:
            if match is None:
                raise ValueError
            return time(int(match[1]), int(match[2]))
        except ValueError:
            raise ValidationError(
                _("Skriv klokkeslettet som timer og minutter, for eksempel 14.30."), code="time"
            ) from None
