"""The ground of pages that are filled in step by step, each saved as it is sent.

formtools names the steps, finds the one in the address, makes its form and counts. What is sent is read, decided and
answered by the room: a posted page becomes one submission, the decision one outcome, and each outcome has one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from formtools.wizard.forms import ManagementForm
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

DATABASE_AWAY = (OperationalError, InterfaceError)
MAX_VERSION_DIGITS = 9


@dataclass(frozen=True)
class Unavailable:
    """The outcome of every sent page while the database does not answer: nothing is saved."""


def sent_step(posted: QueryDict, prefix: str) -> str:
    """The step that formtools' management form says was sent; empty when there is none."""
    management = ManagementForm(posted, prefix=prefix)
    return str(management.cleaned_data["current_step"]) if management.is_valid() else ""


def sent_version(posted: QueryDict) -> int | None:
    """The row version the page was opened at; None for anything a page of ours does not send."""
    text = posted.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_VERSION_DIGITS else None


class RequestStorage(BaseStorage):  # type: ignore[misc]  # formtools has no types
    """formtools' storage for the length of one request: what is saved lies in sealed rows, never in the session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.init_data()


class StepPage(NamedUrlWizardView):  # type: ignore[misc]  # formtools has no types
    """One page for each step. It is made anew for each request, with the steps of that request.

    A subclass names its ``flow``, makes the form's arguments, and answers what is posted.
    """

    flow = ""
    storage_name = "brik.pages.page_flow.RequestStorage"

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return self.flow

    def get_step_url(self, step: str) -> str:
        return reverse(self.url_name, kwargs={**self.kwargs, "step": step})

    def typed(self) -> MultiValueDict | None:
        """What was typed on this page and waits to be sent again; else the form starts from the answers."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.storage.set_step_data(kwargs["step"], self.typed())
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response
