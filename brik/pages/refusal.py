"""Refusals: a change is not made, and one sentence says why. Recorded and answered here for all rooms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, JsonResponse

from brik.pages import errors
from brik.pages.answer_format import wants_json
from brik.pages.unsaved.own_words import render_own_words
from brik.pages.unsaved.typed_words import typed_words

View = TypeVar("View", bound=Callable[..., Any])


class RefusalReason(TextChoices):
    """Why something is refused. Each room has its own list; the log gets the value, the page the label."""

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return 409

    @property
    def heading(self) -> str:
        """The first line of the page."""
        return errors.sentences(self.status)[0]

    @property
    def window_title(self) -> str:
        """The title of the window."""
        return self.heading

    @property
    def paragraphs(self) -> list[str]:
        """The text below the heading."""
        return [str(self.label)]


class Refused(Exception):
    """Something is refused and nothing is changed.

    ``sentence`` replaces the label of the reason where the words depend on the case.
    """

    def __init__(self, why: RefusalReason, sentence: str = "") -> None:
        super().__init__(sentence or why.value)
        self.why = why
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        """The sentence for the user."""
        return self._sentence or str(self.why.label)

    @property
    def paragraphs(self) -> list[str]:
        return [self._sentence] if self._sentence else self.why.paragraphs


@dataclass(frozen=True)
class WayOn:
    """A link on the page of a refusal. ``behind_password`` while a person in custody uses the screen."""

    label: str
    url: str
    behind_password: bool = False


def leads_on(ways_on: Callable[..., Sequence[WayOn]]) -> Callable[[View], View]:
    """Set the links on a view's page of a refusal; ``ways_on`` is called with the arguments of the address."""

    def mark(view: Any) -> Any:
        view.ways_on = ways_on
        return view

    return mark


class RefusalMiddleware:
    """Turns a refusal that no view has caught into its page. The view's changes are rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        match = request.resolver_match
        ways_on = getattr(match.func, "ways_on", None) if match else None
        return answer(request, exception, ways_on(**match.kwargs) if match and ways_on else ())


def record(request: HttpRequest, refusal: Refused) -> None:
    """Record one event for a refusal."""
    errors.record(request, refusal.why.status, reason=refusal.why.value)


def answer(
    request: HttpRequest,
    refusal: Refused,
    ways_on: Sequence[WayOn] = (),
    *,
    template: str = "pages/refused.html",
    **more: Any,
) -> HttpResponse:
    """Remember a refusal, and answer with its page, or for the page's own script with its sentence.

    A ``template`` of a room extends ``pages/refused.html`` and is given ``more``.
    """
    record(request, refusal)
    why = refusal.why
    if wants_json(request):
        return JsonResponse({"error": refusal.sentence}, status=why.status)
    if not ways_on:
        return errors.page(request, why.status, title=why.heading, paragraphs=refusal.paragraphs)
    shown = {
        "title": why.window_title,
        "heading": why.heading,
        "paragraphs": refusal.paragraphs,
        "ways_on": ways_on,
        "closed": any(way.behind_password for way in ways_on),
        "typed": typed_words(request),
        **more,
    }
    return render_own_words(request, template, shown, status=why.status)
