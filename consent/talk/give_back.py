"""The end of a talk on the turned screen: the last page, giving the screen back, and the paper.

Who held a talk may not read the consent that came of it. The page that thanks the person, and the paper it promises,
belong to the talk: the session in which it was signed opens the page until the screen is given back, and from then the
paper, long enough to print it. No other session does.
"""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from brik.staff.access import may
from brik.staff.models import Staff
from brik.staff.sign_in.hidden_screen import hide_screen
from consent.models import Consent
from consent.permissions import ConsentPermission
from consent.texts.sentences import isolated

# How long the paper of a talk can be printed by whoever held it, from when the screen is given back.
PAPER_SECONDS = 30 * 60
_SIGNED = "signed_consent"
_PAPER = "paper_of_consent"


def begin(request: HttpRequest, consent: Consent) -> None:
    """The talk was signed in this session, and the person still has the screen."""
    request.session[_SIGNED] = str(consent.pk)


def last_page_of(request: HttpRequest) -> str | None:
    """The id of the consent whose last page the person has before them."""
    signed: str | None = request.session.get(_SIGNED)
    return signed


def paper_of(request: HttpRequest) -> str | None:
    """The id of the consent whose screen was just given back."""
    pk, until = request.session.get(_PAPER, (None, 0))
    return str(pk) if time.time() < until else None


def give_back(request: HttpRequest, consent: Consent, *, leader: Staff) -> HttpResponse:
    """Hide the screen, with the words of the text the talk was held with. Behind it lies the consent, or its paper."""
    texts, language = consent.text.body["give_back"], consent.language
    name = isolated(leader.name, language)
    request.session.pop(_SIGNED, None)
    request.session[_PAPER] = (str(consent.pk), int(time.time()) + PAPER_SECONDS)
    reads = may(leader, ConsentPermission.READ, consent.person)
    hide_screen(
        request,
        back_to=reverse("consent:read" if reads else "consent:paper", args=[consent.pk]),
        words={
            "language": language,
            "title": texts["title"].format(leader=name),
            "lines": [texts["inmate"], texts["officer"].format(leader=name)],
        },
    )
    return redirect("pages:hidden")
