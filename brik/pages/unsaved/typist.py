"""Who typed a form: a signed name in the form itself, beside the token that proves where it was sent from.

A page outlives the session it was opened in. What was typed on it is held for that user only.
"""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

FIELD = "typed_by"


def typist_token(request: HttpRequest) -> str:
    """The signed name of the user a form is shown to; empty for somebody who has not signed in."""
    user = getattr(request, "user", None)
    return _signer().sign(str(user.pk)) if user is not None and user.is_authenticated else ""


def typist(request: HttpRequest) -> str:
    """The account the posted form was shown to; empty where no page of ours was, or the form cannot be read."""
    try:
        return _signer().unsign(request.POST.get(FIELD, ""))
    except (BadSignature, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return ""


def typed_by_another(request: HttpRequest) -> bool:
    """Whether the posted form was shown to another user than the one who is signed in now."""
    named = typist(request)
    return bool(named) and request.user.is_authenticated and named != str(request.user.pk)


def _signer() -> Signer:
    return Signer(salt="brik.pages.typist")
