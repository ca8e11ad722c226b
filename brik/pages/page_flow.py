"""The base of pages that are filled in step by step, each saved when it is sent.

formtools names and counts the steps, finds the one in the address and makes its form. The room does the rest: a posted
page becomes a submission, the decision an outcome, and each outcome has one answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from formtools.wizard.forms import ManagementForm
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

from brik.pages.refusal import Refused
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.outage import OUTAGES
from brik.pages.unsaved.page import UnsavedCause

MAX_VERSION_DIGITS = 9
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Unavailable:
    """The outcome during an outage: nothing is saved."""


@dataclass(frozen=True)
class PageRefused:
    """The outcome of every sent page that a room refuses: nothing is saved, and ``refusal`` says why."""

    refusal: Refused


def settle(decide: Callable[[], Outcome]) -> Outcome | PageRefused | Unavailable:
    """The outcome of ``decide``; what is refused, and an outage, are outcomes too."""
    try:
        return decide()
    except Refused as refusal:
        return PageRefused(refusal)
    except OUTAGES:
        return Unavailable()


def sent_step(posted: QueryDict, prefix: str) -> str:
    """The sent step, by formtools' management form; empty when there is none."""
    management = ManagementForm(posted, prefix=prefix)
    return str(management.cleaned_data["current_step"]) if management.is_valid() else ""


def sent_version(posted: QueryDict) -> int | None:
    """The row version at which the page was opened; None for anything malformed."""
    text = posted.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_VERSION_DIGITS else None


class RequestStorage(BaseStorage):  # type: ignore[misc]  # formtools has no types
    """formtools' storage for one request only: saved answers are in sealed rows, never in the session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.init_data()


class StepPage(NamedUrlWizardView):  # type: ignore[misc]  # formtools has no types
    """One page for each step, with the steps of this request.

    A subclass sets ``flow``, makes the arguments of the form, and answers posts.
    """

    flow = ""
    storage_name = "brik.pages.page_flow.RequestStorage"

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return self.flow

    def get_step_url(self, step: str) -> str:
        return reverse(self.url_name, kwargs={**self.kwargs, "step": step})

    def typed(self) -> MultiValueDict | None:
        """Typed values to show in the form; None to start it from the stored answers."""
        return None

    def unavailable(self) -> HttpResponse:
        """The answer to a sent page while the database is away: a page that holds what was typed. Needs no database."""
        return unsaved.held(self.request, UnsavedCause.DATABASE)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.storage.set_step_data(kwargs["step"], self.typed())
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response
