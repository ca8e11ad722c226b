"""Questions answered with a day, a month or a time of day, typed as people write them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any, assert_never

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from brik.definitions.date_bounds import FIRST_YEAR, LAST_YEAR
from brik.definitions.written_dates import DateFlaw, NoDate, read_day, read_month
from brik.definitions.written_numbers import plain
from brik.pages.fields.base import PageField
from brik.pages.fields.text_fields import TextField

_NO_MONTH = _("Skriv måned og år, for eksempel 12.2026.")
_LONGEST_TIME = 40


def _on(day: date) -> dict[str, str]:
    return {"day": day.strftime("%d.%m.%Y")}


def _flaw(error: NoDate, *, unreadable: Any) -> ValidationError:
    """What is wrong with a typed date, in a sentence; ``unreadable`` says how to write one."""
    code = error.flaw.name.lower()
    match error.flaw:
        case DateFlaw.UNREADABLE:
            return ValidationError(unreadable, code=code)
        case DateFlaw.MONTH:
            return ValidationError(_("Måneden må være mellom 1 og 12."), code=code)
        case DateFlaw.YEAR:
            params = {"first": FIRST_YEAR, "last": LAST_YEAR}
            return ValidationError(_("Året må være mellom %(first)d og %(last)d."), code=code, params=params)
        case DateFlaw.DAY:
            return ValidationError(
                _("Dagen må være mellom 1 og %(days)d i %(month)s %(year)d."),
                code=code,
                params={"days": error.days, "month": MONTHS[error.month], "year": error.year},
            )
        case never:
            assert_never(never)


class DateField(PageField, forms.DateField):
    """A day, typed as people write it (``written_dates``)."""

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("Dag, måned og år, for eksempel 31.12.2026"))
        super().__init__(widget=forms.DateInput(format="%d.%m.%Y"), **kwargs)
        self.earliest, self.latest = earliest, latest
        self.widget.attrs.update({"autocomplete": "off", "data-width": "date"})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return read_day(str(value), today=date.today())
        except NoDate as error:
            sentence = _("Skriv datoen som dag, måned og år, for eksempel 31.12.2026.")
            raise _flaw(error, unreadable=sentence) from None

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
    """A month and a year, typed as people write them; gives "YYYY-MM"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("Måned og år, for eksempel 12.2026"))
        super().__init__(max_length=40, too_long=_NO_MONTH, **kwargs)
        self.widget.attrs.update({"data-width": "date", "inputmode": "text"})

    def prepare_value(self, value: Any) -> Any:
        stored = re.fullmatch(r"(\d{4})-(\d{2})", str(value or ""))
        return f"{stored[2]}.{stored[1]}" if stored else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return f"{read_month(text, today=date.today()):%Y-%m}"
        except NoDate as error:
            raise _flaw(error, unreadable=_NO_MONTH) from None


class TimeField(PageField, forms.TimeField):
    """A time of day in hours and minutes, as people write it: "14.30", "kl. 14:30", "1430"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("hint", _("For eksempel 14.30"))
        super().__init__(widget=forms.TimeInput(format="%H.%M"), **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "data-width": "date"})

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = re.fullmatch(r"(?:kl )?([01]?\d|2[0-3]) ?([0-5]\d)", plain(str(value)[:_LONGEST_TIME]), re.ASCII)
        if match is None:
            raise ValidationError(_("Skriv klokkeslettet som timer og minutter, for eksempel 14.30."), code="time")
        return time(int(match[1]), int(match[2]))
