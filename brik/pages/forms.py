"""The base class of all forms, drawn in Designsystemet's markup; the kinds of field are imported from here too.

A form extends :class:`PageForm`; a template writes ``{% load brik %}{% error_summary form %}{% field form.name %}``.
Fields of a closed branch (``conditional_on``) are hidden by CSS and cleared by the server.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from brik.pages.fields.bound_field import PageBoundField
from brik.pages.fields.choice_fields import (
    Choice,
    ChoiceCards,
    ChoiceOption,
    Confirm,
    MultiChoice,
    RankField,
    Select,
    YesNoField,
)
from brik.pages.fields.date_fields import DateField, LastDayField, MonthField, TimeField
from brik.pages.fields.text_fields import MunicipalityField, NumberField, TextArea, TextField, UploadField
from brik.pages.unsaved.page import SHOW_AGAIN

__all__ = [
    "Choice",
    "ChoiceCards",
    "ChoiceOption",
    "Confirm",
    "DateField",
    "LastDayField",
    "MonthField",
    "MultiChoice",
    "MunicipalityField",
    "NumberField",
    "PageForm",
    "RankField",
    "Select",
    "TextArea",
    "TextField",
    "TimeField",
    "UploadField",
    "YesNoField",
    "field_of",
]

FieldKind = TypeVar("FieldKind", bound=forms.Field)


class PageForm(forms.Form):
    """A form on one of our pages.

    ``marks`` says which fields are marked in words: "both", "required", "optional" or "none".
    Where nearly all fields are optional, say so once on the page and use "required".
    """

    use_required_attribute = False
    bound_field_class = PageBoundField
    marks = "both"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def __getitem__(self, name: str) -> PageBoundField:
        return cast(PageBoundField, super().__getitem__(name))

    @property
    def sent(self) -> dict[str, list[str]]:
        """The sent values under this form's prefix."""
        data = cast(MultiValueDict, self.data)
        return {name: data.getlist(name) for name in data if name.startswith(f"{self.prefix}-")}

    @property
    def shown_again(self) -> bool:
        """Whether the page was sent only to be shown again with what was typed."""
        return self.is_bound and SHOW_AGAIN in self.data

    def is_valid(self) -> bool:
        """As Django's own; False when the page is only shown again."""
        return not self.shown_again and super().is_valid()

    def full_clean(self) -> None:
        """As Django's own; a page that is only shown again gets no errors."""
        if not self.shown_again:
            return super().full_clean()
        self._errors, self.cleaned_data = ErrorDict(), {}
        return None

    def condition_of(self, name: str) -> tuple[str, frozenset[str]] | None:
        """The earlier field, and its answers that open ``name``; None when ``name`` is always open."""
        condition = getattr(self.fields[name], "conditional_on", None)
        if condition is None or condition[0] not in self.fields:
            return None
        return condition[0], frozenset(condition[1])

    @cached_property
    def branches(self) -> dict[str, str]:
        """A token for each conditional field, for the style sheet: ``data-opens`` and ``data-when`` carry it.

        Fields that the same answers open share one. Read once the form has all its fields.
        """
        tokens: dict[tuple[str, frozenset[str]], str] = {}
        conditions = {name: condition for name in self.fields if (condition := self.condition_of(name))}
        return {name: tokens.setdefault(at, f"c{len(tokens) + 1}") for name, at in conditions.items()}

    @cached_property
    def openings(self) -> dict[tuple[str, str], str]:
        """Field and answer → the tokens of the branches that this answer opens."""
        opened: dict[tuple[str, str], dict[str, None]] = {}
        for name, token in self.branches.items():
            earlier, codes = self.condition_of(name) or ("", frozenset())
            for code in codes:
                opened.setdefault((earlier, code), {})[token] = None
        return {at: " ".join(tokens) for at, tokens in opened.items()}

    def is_open(self, name: str) -> bool:
        """Whether ``name`` is asked, by the cleaned answers to earlier fields."""
        condition = self.condition_of(name)
        if condition is None:
            return True
        earlier, codes = condition
        value = self.cleaned_data.get(earlier)
        answers = set(value) if isinstance(value, (list, tuple, set)) else {value}
        return self.is_open(earlier) and bool(answers & codes)

    @property
    def forged(self) -> list[str]:
        """The fields sent with a choice that the page does not offer."""
        return [
            name
            for name, errors in self.errors.as_data().items()
            if any(error.code in {"invalid_choice", "invalid_list"} for error in errors)
        ]

    def _clean_fields(self) -> None:
        for name, bound in self._bound_items():  # type: ignore[attr-defined]  # not in django-stubs
            if not self.is_open(name):
                self.cleaned_data[name] = bound.field.empty_answer() if hasattr(bound.field, "empty_answer") else None
                continue
            try:
                self.cleaned_data[name] = self._answer(bound)
                if hasattr(self, f"clean_{name}"):
                    self.cleaned_data[name] = getattr(self, f"clean_{name}")()
            except ValidationError as error:
                self.add_error(name, error)

    def _answer(self, bound: PageBoundField) -> Any:
        """The typed answer, or the code chosen instead of it; both together are an error."""
        skips = dict(getattr(bound.field, "skip", ()))
        instead = bound.skipped if skips else []
        if not instead:
            return bound.field._clean_bound_field(bound)  # type: ignore[attr-defined]  # not in django-stubs
        typed = any(bound.data) if isinstance(bound.data, list) else bound.data not in bound.field.empty_values
        if instead[0] not in skips or len(instead) > 1 or typed:
            if any(code not in skips for code in instead):
                raise ValidationError(_("Velg blant svarene på siden."), code="invalid_choice")
            params = {"instead": skips[instead[0]]}
            raise ValidationError(
                _("Velg bare ett svar, enten det du skrev eller «%(instead)s»."), code="both", params=params
            )
        return instead[0]


def field_of(form: forms.Form, name: str, kind: type[FieldKind]) -> FieldKind:
    """A field of the form, as the kind it was declared as. Raises ``TypeError`` for another kind."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is no {kind.__name__}")
    return field
