"""Who typed a form: the form holds its user's signed id, beside the CSRF token.

A page may outlive its session. What was typed on it is held for that user only.
"""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

FIELD = "typed_by"


def typist_token(request: HttpRequest) -> str:
    """The signed id of the user to whom a form is shown; empty without a sign-in."""
    user = getattr(request, "user", None)
    return _signer().sign(str(user.pk)) if user is not None and user.is_authenticated else ""


def typist(request: HttpRequest) -> str:
    """The id of the user to whom the posted form was shown; empty if it is not from our pages, or unreadable."""
    try:
        return _signer().unsign(request.POST.get(FIELD, ""))
    except (BadSignature, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return ""


def typed_by_another(request: HttpRequest) -> bool:
    """Whether the posted form was shown to another user than the one signed in now."""
    named = typist(request)
    return bool(named) and request.user.is_authenticated and named != str(request.user.pk)


def _signer() -> Signer:
    return Signer(salt="brik.pages.typist")
