"""What every question of a page has in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise


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
    # Made by the field of Django's that this is mixed into.
    error_messages: dict[str, Any]

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
        self.error_messages["required"] = required

    def empty_answer(self) -> Any:
        """What the field holds when it was not asked."""
        return self.empty_value if hasattr(self, "empty_value") else None


def choices_of(field: forms.Field) -> list[tuple[Any, Any]]:
    """The codes and labels of a field with choices; every other field has none."""
    choices: Iterable[tuple[Any, Any]] = getattr(field, "choices", ())
    return list(choices)
