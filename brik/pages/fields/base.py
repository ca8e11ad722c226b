"""The base of all fields of our forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class PageField:
    """What all fields have in common; a mixin for Django's fields.

    ``conditional_on``: ("earlier_field", {"CODE", …}): asked only when the earlier answer is one of the codes.
    ``lang``: the language of this question, if it differs from the page's.
    ``mark``: False leaves out "Må fylles ut"/"Valgfritt" (said elsewhere on the page).
    ``missing``: the error when a required answer is missing; starts with the key word of the question.
    ``row``: the name of the row that the field stands in, where several rows ask the same.
    ``skip``: answers in place of a typed one, as boxes below it: ("VET_IKKE", "Vet ikke") … The cleaned value is then
    the code. Questions with choices list such answers among their choices.
    """

    component = ""
    cards = False
    inline = False
    # The question stands as the title of the page; here only a screen reader says it.
    asked_by_title = False
    avoid: Text = ""
    # Set by Django's field.
    error_messages: dict[str, Any]

    def __init__(
        self,
        *,
        conditional_on: tuple[str, Iterable[str]] | None = None,
        lang: str = "",
        mark: bool = True,
        hint: Text = "",
        missing: Text = "",
        row: Text = "",
        skip: Sequence[tuple[str, Text]] = (),
        **kwargs: Any,
    ) -> None:
        if hint:
            kwargs["help_text"] = hint
        super().__init__(**kwargs)
        self.conditional_on = conditional_on
        self.lang = lang
        self.mark = mark
        self.row = row
        self.skip = tuple(skip)
        required = missing or format_lazy(_("Du må svare på: {label}"), label=kwargs.get("label") or "")
        self.error_messages["required"] = required

    def empty_answer(self) -> Any:
        """The value of a field that was not asked."""
        return self.empty_value if hasattr(self, "empty_value") else None


def choices_of(field: forms.Field) -> list[tuple[Any, Any]]:
    """The codes and labels of a field with choices; empty for other fields."""
    choices: Iterable[tuple[Any, Any]] = getattr(field, "choices", ())
    return list(choices)
