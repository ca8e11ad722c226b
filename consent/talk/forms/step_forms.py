"""What every page of the talk has in common: its fields come from the text in the person's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms.utils import ErrorDict

from brik.pages.forms import PageForm
from consent.talk.talk_context import TalkContext


def in_order(words: dict[str, str], codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, words[code]) for code in codes]


class StepForm(PageForm):
    """One step of a talk. ``answer`` is what is stored of it."""

    marks = "none"

    def __init__(self, *, talk: TalkContext, step: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.talk, self.step, self.body = talk, step, talk.body
        self.build()

    def build(self) -> None:
        """Add the fields, with what only this talk knows."""

    def as_left(self) -> StepForm:
        """As it was when the page was left: nobody has sent it, so nothing in it is judged."""
        self._errors = ErrorDict()
        return self

    def once_more(self) -> Any:
        """What is said before the page is sent a second time; nothing when once is enough. Only for a valid form."""
        return None

    @property
    def scan(self) -> bytes | None:
        """The signed paper; only the page of the signature sends one."""
        return None

    @property
    def waits_for_file(self) -> bool:
        """Whether a page that is shown again lacks the file it had; only the page of the signature has one."""
        return False

    def words(self) -> list[tuple[str, str]]:
        """(label, what stands there in the words of the page) of each field that is filled in."""
        bounds = [self[name] for name in self.fields if not self[name].is_hidden]
        return [(str(bound.label), bound.words) for bound in bounds if bound.words]

    def answer(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}


class NothingToAnswer(StepForm):
    """A page that is read: going on is the answer."""
