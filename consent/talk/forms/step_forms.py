"""The base of the forms of the talk: their fields come from the text in the person's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms.utils import ErrorDict

from brik.pages.forms import PageForm, TextField
from consent.talk.talk_context import TalkContext


def in_order(words: dict[str, str], codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, words[code]) for code in codes]


def text_field(errors: dict[str, str], *, label: str, **kwargs: Any) -> TextField:
    """A line of text; what is wrong with its length or its letters is said in the person's language."""
    field = TextField(label=label, **kwargs)
    # Django fills in the numbers and the letters when it has found them.
    field.error_messages["max_length"] = errors["long"].format(
        field=label, count="%(show_value)d", max="%(limit_value)d"
    )
    field.error_messages["letters"] = errors["letters"].format(field=label, letters="%(letters)s")
    return field


class StepForm(PageForm):
    """One step of a talk. ``answer`` is what is stored of it."""

    marks = "none"

    def __init__(self, *, talk: TalkContext, step: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.talk, self.step, self.body = talk, step, talk.body
        self.build()

    def build(self) -> None:
        """Add the fields, which depend on the talk."""

    def without_errors(self) -> StepForm:
        """The form with what was typed and no errors: it was not sent to be saved."""
        self._errors = ErrorDict()
        return self

    def to_confirm(self) -> Any:
        """What the person must confirm before a valid page is saved; falsy for nothing."""
        return None

    @property
    def scan(self) -> bytes | None:
        """The scan of the signed paper; only the page of the signature has one."""
        return None

    def to_look_at(self) -> Any:
        """A scan that the person has not seen yet, to be shown and confirmed; None for nothing."""
        return None

    @property
    def waits_for_file(self) -> bool:
        """Whether a page that is shown again lacks the file it had; only the page of the signature has one."""
        return False

    def words(self) -> list[tuple[str, str]]:
        """(label, typed words) of each field that is filled in."""
        bounds = [self[name] for name in self.fields if not self[name].is_hidden]
        return [(str(bound.label), bound.words) for bound in bounds if bound.words]

    def answer(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}


class NothingToAnswer(StepForm):
    """A page that is only read."""
