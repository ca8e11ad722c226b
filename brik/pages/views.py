"""The page about BRIK, open to everybody, and the choice of language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from brik.pages.unsaved.page import never_held


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What BRIK is, how it treats personal data, and how accessible it is."""
    return render(request, "pages/about.html", {})


@never_held("may be chosen again by anybody")
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the staff's pages; the choice stays in the browser and survives signing in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.STAFF_LANGUAGES):
        raise BadRequest("language")
    back_to = request.POST.get("next", "")
    if not (back_to.startswith("/") and url_has_allowed_host_and_scheme(back_to, allowed_hosts={request.get_host()})):
        back_to = "/"
    response = redirect(back_to)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
