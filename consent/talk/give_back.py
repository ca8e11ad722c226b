"""Giving the screen back: what the person chose is hidden, and the leader's password opens it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from brik.staff.models import Staff
from brik.staff.sign_in.hidden_screen import hide_screen
from consent.models import Consent
from consent.texts.sentences import isolated


def give_back(request: HttpRequest, consent: Consent, *, leader: Staff) -> HttpResponse:
    """Hide the screen, with the words of the text the talk was held with; behind it lies the consent."""
    texts, language = consent.text.body["give_back"], consent.language
    name = isolated(leader.name, language)
    hide_screen(
        request,
        back_to=reverse("consent:read", args=[consent.pk]),
        words={
            "language": language,
            "title": texts["title"].format(leader=name),
            "lines": [texts["inmate"], texts["officer"].format(leader=name)],
        },
    )
    return redirect("pages:hidden")
