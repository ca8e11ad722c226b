"""The kinds of question a page can ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise
_TOO_LONG = _("Teksten er for lang. Den kan ha %(limit_value)d tegn og har %(show_value)d.")


@dataclass(frozen=True)
class Option:
    """A choice that is more than a label: a large card may carry an icon and a line of explanation."""

    value: str
    label: Text
    icon: str = ""
    description: Text = ""


class Asked:
    """What every question has in common; mixed into Django's fields.

    ``conditional_on``: ("earlier_field", {"CODE", …}): asked only when the earlier answer is one of the codes.
    ``lang``: the language of this question when it is another than the page's.
    ``mark``: False leaves out "Må fylles ut"/"Valgfritt" (said elsewhere on the page).
    ``missing``: what is said when a required answer is missing; starts with the key word of the question.
    ``skip``: answers that stand instead of a typed one, as boxes below it: ("VET_IKKE", "Vet ikke") …
    The cleaned value is then the code. Questions with choices list such answers among their choices.
    """

    component = ""
    cards = False
    inline = False
    avoid: Text = ""

    def __init__(
        self,
        *,
        conditional_on: tuple[str, Iterable[str]] | None = None,
        lang: str = "",
        mark: bool = True,
        hint: Text = "",
        missing: Text = "",
        skip: Sequence[tuple[str, Text]] = (),
        **kwargs: Any,
    ) -> None:
        if hint:
            kwargs["help_text"] = hint
        super().__init__(**kwargs)
        self.conditional_on = conditional_on
        self.lang = lang
        self.mark = mark
        self.skip = tuple(skip)
        required = missing or format_lazy(_("Du må svare på: {label}"), label=kwargs.get("label") or "")
        self.error_messages["required"] = required  # type: ignore[attr-defined]

    def empty_answer(self) -> Any:
        """What the field holds when it was not asked."""
        return self.empty_value if hasattr(self, "empty_value") else None


_YES, _NO, _CHOOSE = _("Ja"), _("Nei"), _("Velg")


def _split(choices: Sequence[Any]) -> tuple[list[tuple[str, Text]], dict[str, Option]]:
    pairs, details = [], {}
    for choice in choices:
        if isinstance(choice, Option):
            details[choice.value] = choice
            pairs.append((choice.value, choice.label))
        else:
            pairs.append((choice[0], choice[1]))
    return pairs, details


class Choice(Asked, forms.ChoiceField):
    """One of several, as radio buttons; nothing preselected. ``choices``: pairs or :class:`Option`."""

    component = "radios"
    widget = forms.RadioSelect
    default_error_messages = {"invalid_choice": _("Velg et av svarene på siden.")}

    def __init__(self, *, choices: Sequence[Any] = (), inline: bool = False, **kwargs: Any) -> None:
        pairs, self.details = _split(choices)
        super().__init__(choices=pairs, **kwargs)
        self.inline = inline

    def empty_answer(self) -> str:
        return ""


class ChoiceCards(Choice):
    """One of few, as large cards of equal size side by side."""

    cards = True


class YesNoField(Choice):
    """Ja or Nei, and what else may be answered (``extra``: "vet ikke", "vil ikke svare"). Gives the code."""

    def __init__(self, *, extra: Sequence[Any] = (), yes: Text = _YES, no: Text = _NO, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("JA", yes), ("NEI", no), *extra])
        super().__init__(**kwargs)


class Select(Asked, forms.ChoiceField):
    """One of many, in a drop-down list."""

    component = "select"
    details: dict[str, Option] = {}
    default_error_messages = {"invalid_choice": _("Velg et av svarene i listen.")}

    def __init__(self, *, choices: Sequence[Any] = (), empty: Text = _CHOOSE, **kwargs: Any) -> None:
        super().__init__(choices=[("", empty), *choices], **kwargs)

    def empty_answer(self) -> str:
        return ""


class MultiChoice(Asked, forms.MultipleChoiceField):
    """Any of several. ``exclusive`` names the codes that stand alone: "vet ikke", "ingen av disse"."""

    component = "checkboxes"
    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "invalid_choice": _("Velg blant svarene på siden."),
        "invalid_list": _("Velg blant svarene på siden."),
        "exclusive": _("Du kan ikke velge «%(alone)s» sammen med andre svar."),
    }

    def __init__(
        self, *, choices: Sequence[Any] = (), exclusive: Iterable[str] = (), cards: bool = False, **kwargs: Any
    ) -> None:
        pairs, self.details = _split(choices)
        super().__init__(choices=pairs, **kwargs)
        self.exclusive = frozenset(exclusive)
        self.cards = cards

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        alone = self.exclusive.intersection(value)
        if alone and len(value) > 1:
            label = dict(self.choices)[min(alone)]  # type: ignore[arg-type]
            raise ValidationError(self.error_messages["exclusive"], code="exclusive", params={"alone": label})

    def empty_answer(self) -> list[str]:
        return []


class Confirm(Asked, forms.BooleanField):
    """One box to tick."""

    component = "confirm"


class TextField(Asked, forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 200, autocomplete: str = "off", **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.pop("maxlength", None)  # a browser would cut a pasted text in silence
        self.widget.attrs.update({"autocomplete": autocomplete, "spellcheck": "false", "dir": "auto"})
        self.error_messages["max_length"] = _TOO_LONG


class TextArea(TextField):
    """Several lines. ``avoid`` tells what *not* to write; it is shown with the hint."""

    component = "textarea"

    def __init__(self, *, max_length: int = 2000, avoid: Text = "", rows: int = 4, **kwargs: Any) -> None:
        kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, **kwargs)
        self.avoid = avoid

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class MunicipalityField(TextField):
    """A municipality by name, with the list as suggestions; ``municipalities``: names that are accepted."""

    component = "municipality"

    def __init__(self, *, municipalities: Sequence[str], **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.municipalities = municipalities

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        for name in self.municipalities:
            if name.casefold() == text.casefold():
                return name
        raise ValidationError(_("Skriv navnet på en norsk kommune, for eksempel Oslo."), code="municipality")


def _on(day: date) -> dict[str, str]:
    return {"day": day.strftime("%d.%m.%Y")}


# Outside these a date is mistyped, and a day or a time zone away from it may not exist.
FIRST_YEAR, LAST_YEAR = 1900, 2200
# A year written with two digits is the one at most so many years ahead; else it has been.
YEARS_AHEAD = 20


def _year(written: str) -> int:
    """The year of four digits, or of two: "26" is 2026, "85" is 1985. Raises ``ValueError`` for one nobody means."""
    year = int(written)
    if len(written) == 2:
        latest = date.today().year + YEARS_AHEAD
        year = latest - (latest - year) % 100
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError
    return year


class DateField(Asked, forms.DateField):
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


class NumberField(Asked, forms.IntegerField):
    """A whole number, typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput, **kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "data-width": "number"})
        self.error_messages["invalid"] = _("Skriv et helt tall med sifre, for eksempel 3.")
        self.error_messages["min_value"] = _("Tallet kan ikke være lavere enn %(limit_value)s.")
        self.error_messages["max_value"] = _("Tallet kan ikke være høyere enn %(limit_value)s.")

    def to_python(self, value: Any) -> int | None:
        # Python reads more digits than a person types, and PostgreSQL fewer.
        if len(str(value or "")) > 9:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class RankField(Asked, forms.MultiValueField):
    """The ``places`` most important, in order: one drop-down list a place. Gives a list of codes."""

    component = "rank"
    default_error_messages = {"twice": _("Du har valgt det samme to ganger.")}

    def __init__(self, *, choices: Sequence[Any] = (), places: int = 3, **kwargs: Any) -> None:
        lists = [forms.ChoiceField(choices=[("", _CHOOSE), *choices], required=False) for _place in range(places)]
        for one in lists:
            one.error_messages["invalid_choice"] = _("Velg et av svarene i listen.")
        super().__init__(
            fields=lists, widget=_RankWidget([one.widget for one in lists]), require_all_fields=False, **kwargs
        )

    def compress(self, data_list: list[str]) -> list[str]:
        given = [code for code in data_list or [] if code]
        if len(given) != len(set(given)):
            raise ValidationError(self.error_messages["twice"], code="twice")
        return given

    def empty_answer(self) -> list[str]:
        return []


class _RankWidget(forms.MultiWidget):
    def decompress(self, value: list[str] | None) -> list[str]:
        return [*(value or []), *[""] * len(self.widgets)][: len(self.widgets)]


class UploadField(Asked, forms.FileField):
    """A file of at most ``max_bytes`` whose first bytes show that it is one of ``kinds`` (pdf, jpeg, png)."""

    SIGNATURES = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}

    def __init__(
        self, *, max_bytes: int = 10 * 1024 * 1024, kinds: Sequence[str] = ("pdf", "jpeg", "png"), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.max_bytes, self.kinds = max_bytes, kinds
        self.widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})
        self.error_messages["empty"] = _("Filen er tom.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload or upload is initial:
            return upload
        if upload.size > self.max_bytes:
            raise ValidationError(_("Filen er for stor. Den kan være på 10 MB."), code="size")
        start = upload.read(8)
        upload.seek(0)
        if not any(start.startswith(self.SIGNATURES[kind]) for kind in self.kinds):
            raise ValidationError(_("Filen må være en PDF eller et bilde (JPEG eller PNG)."), code="kind")
        return upload
