"""The answer when a sent page did not reach its view: nothing is saved, and what was typed is not lost.

The page holds what was typed in hidden fields, does not show it, and sends it again when the cause is gone. It is held
only for the user who typed it, and only if a page of ours sent it: otherwise a foreign form could be sent on as the
user's own. Passwords, form tokens and files are never held.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.pages.answer_format import wants_json
from brik.pages.unsaved import typist
from brik.pages.unsaved.own_words import OwnWordsResponse

# Names of sent values: only show the page again with what was typed; hide the screen first.
SHOW_AGAIN, HIDE_FORM = "show_again", "hide_form"
# Values that are not carried over: made anew for each page, or meant to be used once.
_RENEWED = {"csrfmiddlewaretoken", typist.FIELD, "again", "hide", SHOW_AGAIN, HIDE_FORM}

View = TypeVar("View", bound=Callable[..., HttpResponse])


class UnsavedCause(StrEnum):
    """Why a sent page did not reach its view."""

    SIGNED_OUT = "signed_out"
    HIDDEN = "hidden"
    PASSWORD = "password"  # noqa: S105 - a password of one's own must be chosen first
    TOO_OLD = "too_old"  # the form's token is from before the last sign-in
    CHANGED = "changed"  # somebody else saved the same at the same moment
    DATABASE = "database"


STATUS = {
    UnsavedCause.SIGNED_OUT: 401,
    UnsavedCause.HIDDEN: 401,
    UnsavedCause.PASSWORD: 401,
    UnsavedCause.TOO_OLD: 403,
    UnsavedCause.CHANGED: 409,
    UnsavedCause.DATABASE: 503,
}

_HEADINGS = {
    UnsavedCause.SIGNED_OUT: gettext_lazy("Du er logget ut"),
    UnsavedCause.HIDDEN: gettext_lazy("Skjermen er skjult"),
    UnsavedCause.PASSWORD: gettext_lazy("Velg ditt eget passord først"),
    UnsavedCause.TOO_OLD: gettext_lazy("Siden har vært åpen for lenge"),
    UnsavedCause.CHANGED: gettext_lazy("Noen andre har endret dette"),
    UnsavedCause.DATABASE: gettext_lazy("Ikke lagret"),
}


def never_held(why: str) -> Callable[[View], View]:
    """Mark a view whose form is never held; ``why`` is for the reader of the code."""

    def mark(view: View) -> View:
        vars(view)["never_held"] = why
        return view

    return mark


def answer(request: HttpRequest, cause: UnsavedCause) -> HttpResponse | None:
    """The page that holds what was sent; None where nothing is held.

    ``view.show_unsaved`` shows the view's page again with what was typed, and saves nothing; it takes the request and
    the arguments of the address. A view that has it shows that page before the user sends it again: at once when the
    user is signed in and the database answers, else from the page that holds what was sent.
    """
    if request.method != "POST" or wants_json(request):
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    if hasattr(match.func, "never_held") or not typist.typist(request):
        return None
    # Without a database the signed-in user is unknown; it is checked when the form is sent again.
    if cause != UnsavedCause.DATABASE and typist.typed_by_another(request):
        return another_typist()
    show: Callable[..., HttpResponse] | None = getattr(match.func, "show_unsaved", None)
    if show is not None and cause in (UnsavedCause.TOO_OLD, UnsavedCause.CHANGED):
        return show(request, **match.kwargs)
    return held(request, cause, again="show" if show is not None and cause != UnsavedCause.DATABASE else "")


def held(request: HttpRequest, cause: UnsavedCause, *, again: str = "") -> HttpResponse:
    """The page that holds what was sent. Needs no database.

    ``again`` is sent along as a value of that name, for a view that shows its page again without saving. Where it is
    unknown who typed it, nothing is held, and the sign-in page says so.
    """
    named = typist.typist(request)
    token = request.POST[typist.FIELD] if named else typist.typist_token(request)
    if not token:
        return lost(request)
    shown_only = {"again": again} if again else {SHOW_AGAIN: "1"} if _is_only_shown(request) else {}
    renewed = {"csrfmiddlewaretoken": get_token(request), typist.FIELD: token, **shown_only}
    context = {
        "heading": _HEADINGS[cause],
        "way_out": _way_out(cause),
        "shows": bool(shown_only),
        "carried": carried(request),
        "renewed": [(name, [value]) for name, value in renewed.items()],
        "action": request.get_full_path(),
        "without_file": bool(request.FILES),
        "without_password": any(_is_password(name) for name in request.POST),
    }
    template = "pages/unsaved_database_down.html" if cause == UnsavedCause.DATABASE else "pages/unsaved.html"
    return OwnWordsResponse(render_to_string(template, context), status=STATUS[cause])


def carried(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """The sent values that are to be sent again."""
    return [(name, values) for name, values in request.POST.lists() if name not in _RENEWED and not _is_password(name)]


def another_typist() -> HttpResponse:
    """The page when somebody else is signed in now: what was typed is neither shown nor sent again."""
    context = {
        "heading": _("Dette er skrevet av en annen"),
        "paragraphs": [
            _("Siden ble skrevet mens en annen var logget inn. Ingenting av det er lagret, og det vises ikke her."),
            _("Den som skrev det, må logge inn og skrive det på nytt."),
        ],
        "typed": [],
    }
    return OwnWordsResponse(render_to_string("pages/error.html", context), status=403)


def lost(request: HttpRequest, *, back_to: str = "") -> HttpResponse:
    """Redirect to the sign-in page, which says that what was sent is not saved."""
    query = urlencode({"next": back_to or request.path, "lost": "1"})
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def _way_out(cause: UnsavedCause) -> dict[str, str]:
    """The page, for another tab, where the user can end the cause; empty where it ends by itself."""
    ways = {
        UnsavedCause.SIGNED_OUT: (settings.LOGIN_URL, _("Logg inn i en ny fane")),
        UnsavedCause.HIDDEN: ("pages:hidden", _("Vis skjermen i en ny fane")),
        UnsavedCause.PASSWORD: ("pages:own_password", _("Bytt passordet i en ny fane")),
    }
    if cause not in ways:
        return {}
    name, label = ways[cause]
    return {"url": resolve_url(name), "label": label}


def _is_only_shown(request: HttpRequest) -> bool:
    return SHOW_AGAIN in request.POST or HIDE_FORM in request.POST


def _is_password(name: str) -> bool:
    return "password" in name.lower()
