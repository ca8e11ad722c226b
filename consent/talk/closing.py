"""The end of a talk on the turned screen: the last page and the paper, until the staff take the screen back.

Who held a talk may not read the consent that came of it. The page that thanks the person, and the paper it promises,
belong to the talk: the session in which it was signed opens them, and no other.
"""

from __future__ import annotations

from django.http import HttpRequest

from consent.models import Consent

_SIGNED = "signed_consent"


def begin(request: HttpRequest, consent: Consent) -> None:
    """The talk was signed in this session."""
    request.session[_SIGNED] = str(consent.pk)


def signed_in(request: HttpRequest) -> str | None:
    """The id of the consent whose talk was signed in this session, while the person still has the screen."""
    signed: str | None = request.session.get(_SIGNED)
    return signed


def end(request: HttpRequest) -> None:
    """The staff have the screen back."""
    request.session.pop(_SIGNED, None)
