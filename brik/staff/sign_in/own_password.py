"""Changing one's own password. A password set by somebody else opens only this page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import MinimumLengthValidator, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from brik.pages.answer_format import wants_json
from brik.pages.fields.text_fields import TextField
from brik.pages.forms import PageForm
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.page import UnsavedCause
from brik.staff import actions
from brik.staff.models import Staff
from brik.staff.rules import NotAllowed
from brik.staff.sign_in import login
from brik.staff.sign_in.password_trial import own_password_trial
from brik.staff.sign_in.throttle import TooManyAttempts

# The pages that the change page needs: to sign out, to hide the screen, and the time left of the session.
_OPEN = {"pages:own_password", "pages:logout", "pages:hide", "pages:hidden", "pages:session"}


class LongEnough(MinimumLengthValidator):
    """Django's own, with a sentence that is translated."""

    def get_error_message(self) -> str:
        return _("Passordet er for kort. Det skal ha minst %d tegn.") % self.min_length


class OwnPasswordForm(PageForm):
    marks = "none"
    old = TextField(
        label=_("Passordet du har nå"),
        max_length=200,
        strip=False,
        printed=False,
        missing=_("Skriv passordet du har nå"),
    )
    new = TextField(
        label=_("Nytt passord"),
        max_length=200,
        strip=False,
        printed=False,
        hint=_("Minst 12 tegn."),
        missing=_("Skriv et passord"),
    )
    again = TextField(
        label=_("Nytt passord en gang til"),
        max_length=200,
        strip=False,
        printed=False,
        missing=_("Skriv det nye passordet igjen"),
    )

    def __init__(self, *args: Any, account: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        for name, field in self.fields.items():
            kind = "current-password" if name == "old" else "new-password"
            field.widget = forms.PasswordInput(attrs={"autocomplete": kind})

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.account)
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError(_("De to er ikke like."), code="unlike")
        return again


@unsaved.never_held("holds passwords and nothing else")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the other sessions of the account end."""
    account = cast(Staff, request.user)
    if request.method == "GET" and request.GET.get("byttet") == "1" and not account.password_by_other:
        return render(request, "staff/own_password_changed.html", {})
    form = OwnPasswordForm(request.POST or None, account=account)
    wait = 0
    if request.method == "POST" and form.is_valid():
        try:
            if not own_password_trial(request, form.cleaned_data["old"]):
                form.add_error("old", _("Passordet er feil."))
            else:
                with transaction.atomic():
                    changed = actions.change_own_password(password=form.cleaned_data["new"], by=account)
                    update_session_auth_hash(request, changed)
                return redirect(f"{resolve_url('pages:own_password')}?byttet=1")
        except TooManyAttempts as many:
            form.add_error(None, login.TOO_MANY % settings.THROTTLE_MINUTES)
            wait = many.seconds
        except NotAllowed as reason:
            form.add_error("new", str(reason))
    return login.answer(request, "staff/own_password.html", {"form": form}, wait=wait)


class OwnPasswordMiddleware:
    """Closes all pages to an account whose password somebody else has set, until its owner changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.user.password_by_other:
            return None
        # What is open to everybody stays so.
        match = request.resolver_match
        if not getattr(view, "login_required", True):
            return None
        if match is not None and match.view_name in _OPEN:
            return None
        if wants_json(request):
            return JsonResponse({"error": "password"}, status=403)
        return unsaved.answer(request, UnsavedCause.PASSWORD) or redirect("pages:own_password")
