"""Hides the screen until the password is given again. What was typed is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages import session_time
from brik.pages.refusal import Refused
from brik.pages.session_time import HiddenWords
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.page import UnsavedCause
from brik.staff.models import Staff


@transaction.atomic
def hide_screen(request: HttpRequest, *, back_to: str, words: HiddenWords | None = None) -> None:
    session_time.hide(request, back_to=back_to, words=words)
    log.record(Verb.SCREEN_HIDDEN, by=cast(Staff, request.user))


def hide_keeping(request: HttpRequest, keep: Callable[[], object]) -> HttpResponse:
    """Hide a page that was sent as it stood. It is hidden whatever becomes of the keeping.

    The button pressed may carry an address, to go on to instead of the page once the password has been given; that it
    is one of ours is seen to where the screen is shown again.
    Where ``keep`` refuses, the page of what is not saved holds what was typed, and shows none of it.
    """
    pressed = request.POST["hide"]
    hide_screen(request, back_to=pressed if pressed.startswith("/") else request.path)
    try:
        keep()
    except (Http404, PermissionDenied, Refused):
        return unsaved.held(request, UnsavedCause.HIDDEN, again="show")
    return redirect("pages:hidden")


class HideFormMiddleware:
    """Hides the screen when a form was sent with the hide button, without calling its view; what was typed is held.

    For every form whose hide button does not save (``components/hide_form.html``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # The body of a signed message is left unparsed for its view.
        if request.method != "POST" or hasattr(view, "never_held") or unsaved.HIDE_FORM not in request.POST:
            return None
        if not request.user.is_authenticated:
            return None
        hide_screen(request, back_to=request.POST[unsaved.HIDE_FORM])
        return unsaved.answer(request, UnsavedCause.HIDDEN) or redirect("pages:hidden")
