"""Signing in and out with a local account, and the hidden screen. In this room because each step is an event."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages import session_time
from brik.pages.fields.text_fields import TextField
from brik.pages.forms import PageForm
from brik.pages.unsaved.page import HIDE_FORM, never_held
from brik.staff.kept_pages.redirects import forget_kept
from brik.staff.models import Staff
from brik.staff.sign_in import known_browsers
from brik.staff.sign_in.hidden_screen import hide_screen
from brik.staff.sign_in.password_trial import own_password_trial, sign_in_trial
from brik.staff.sign_in.throttle import TooManyAttempts

TOO_MANY = _("For mange forsøk. Vent i %d minutter og prøv igjen.")
_WRONG = _("Brukernavnet eller passordet er feil.")


class LoginForm(PageForm):
    marks = "none"
    username = TextField(
        label=_("Brukernavn"),
        max_length=60,
        printed=False,
        autocomplete="username",
        missing=_("Skriv brukernavnet ditt"),
    )
    password = TextField(
        label=_("Passord"), max_length=200, strip=False, printed=False, missing=_("Skriv passordet ditt")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "dir": "ltr"}
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})


class PasswordForm(PageForm):
    marks = "none"
    password = LoginForm.base_fields["password"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})


def _safe(request: HttpRequest, address: str) -> str:
    """``address`` if it is one of ours and not a page of signing in; else the front page."""
    own = {
        resolve_url(name) for name in ("pages:login", "pages:logout", "pages:logged_out", "pages:hide", "pages:hidden")
    }
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return (
        address
        if allowed and address.startswith("/") and address.split("?")[0] not in own
        else resolve_url("pages:home")
    )


@never_held("signs in")
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, the same for staff and partners."""
    back_to = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(back_to)
    form = LoginForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        try:
            user = sign_in_trial(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except TooManyAttempts as many:
            form.add_error(None, TOO_MANY % settings.THROTTLE_MINUTES)
            wait = many.seconds
        else:
            if user is not None:
                with transaction.atomic():
                    login(request, user)
                    session_time.begin(request)
                    log.record(Verb.LOGIN, by=user)
                response = redirect(back_to)
                known_browsers.remember(request, response, username=user.username)
                return response
            form.add_error(None, _WRONG)
    context = {
        "form": form,
        "next": back_to,
        "returns": back_to != resolve_url("pages:home"),
        "lost": request.GET.get("lost") == "1",
        "demo": settings.DEMO,
    }
    return answer(request, "staff/login.html", context, wait=wait)


@never_held("ends the session")
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """The first of two steps: end the session, and show a page without personal data."""
    if request.method == "GET":
        # This page shows a name and a menu; the hidden screen must not.
        return redirect("pages:hidden") if session_time.is_hidden(request) else render(request, "staff/logout.html", {})
    with transaction.atomic():
        log.record(Verb.LOGOUT, by=cast(Staff, request.user))
        logout(request)
        forget_kept(request)
    response = render(request, "staff/logging_out.html", {})
    response.delete_cookie(settings.ACTIVITY_COOKIE_NAME)
    return response


@login_not_required
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """The second step: tell the browser to delete what it stored, such as earlier pages."""
    response = render(request, "staff/logged_out.html", {})
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@never_held("hides the screen")
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Show a neutral screen until the password has been given again."""
    back_to = request.POST.get("next") or request.POST.get(HIDE_FORM, "")
    hide_screen(request, back_to=_safe(request, back_to))
    return redirect("pages:hidden")


@never_held("takes a password and nothing else")
@require_http_methods(["GET", "POST"])
def hidden(request: HttpRequest) -> HttpResponse:
    """The neutral screen. Shows nothing of the page before it."""
    if not session_time.is_hidden(request):
        return redirect("pages:home")
    form = PasswordForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        try:
            is_own = own_password_trial(request, form.cleaned_data["password"])
        except TooManyAttempts as many:
            form.add_error(None, TOO_MANY % settings.THROTTLE_MINUTES)
            wait = many.seconds
        else:
            if is_own:
                return redirect(_safe(request, session_time.show(request)))
            form.add_error("password", _("Passordet er feil."))
    context = {"form": form, "words": session_time.hidden_words(request)}
    return answer(request, "staff/hidden.html", context, wait=wait)


def answer(request: HttpRequest, template: str, context: dict[str, Any], *, wait: int) -> HttpResponse:
    """The page; if the user has to wait, with status 429 and for how long."""
    if not wait:
        return render(request, template, context)
    response = render(request, template, context, status=429)
    response["Retry-After"] = str(wait)
    return response


@never_held("answers the page's script")
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """For the page's script: the signed-in account, a fresh form token, seconds left. A POST extends the session."""
    return JsonResponse(
        {"account": str(request.user.pk), "token": get_token(request), "seconds": session_time.seconds_left(request)}
    )
