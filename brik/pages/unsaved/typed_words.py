"""What was typed in a form that is refused: it stands on the page that says so, to be copied.

The row it was about may be gone, so that nothing can be sent again. The words are the user's own; no other page shows
them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from brik.pages.answer_format import wants_json
from brik.pages.unsaved import typist

View = TypeVar("View", bound=Callable[..., HttpResponse])


def types_in(form: Callable[[Any], Any]) -> Callable[[View], View]:
    """Mark a view with the form that its page is typed in: a class of forms, or what makes one of the sent values."""

    def mark(view: View) -> View:
        vars(view)["typed_in"] = form
        return view

    return mark


def typed_words(request: HttpRequest) -> list[tuple[str, str]]:
    """The label and the words of each field that was filled in; none where the view is not marked, or another typed."""
    match = request.resolver_match
    make = getattr(match.func, "typed_in", None) if match is not None else None
    if make is None or request.method != "POST" or wants_json(request):
        return []
    if not request.user.is_authenticated or typist.typist(request) != str(request.user.pk):
        return []
    form = make(request.POST)
    return [(str(form[name].label), form[name].words) for name in form.fields if form[name].words]
