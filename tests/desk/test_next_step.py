"""The person page leads on: its button is the step that comes next."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from brik.mapping.models import Mapping
from followup.demo import register, telling
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def test_after_a_yes_the_interview_comes_next_in_the_language_of_the_talk(client):
    register.load()
    call_command("load_texts", stdout=StringIO())
    oslo = situations.a_unit("Oslo fengsel")
    mapper, someone = situations.an_account(at=oslo), situations.a_person(at=oslo)
    consent = telling.consent(someone, mapper, language="ar")
    client.force_login(mapper)
    for address, button in (
        (reverse("desk:person", args=[someone.pk]), "Begynn kartleggingen"),
        (reverse("consent:read", args=[consent.pk]), "Begynn samtalen"),
    ):
        assert button in client.get(address).content.decode()
    assert Mapping.objects.get(person=someone).language == "ar"


def test_nobody_is_late_with_a_talk_that_cannot_be_held_with_somebody_under_18(client):
    someone = situations.a_person(born=timezone.localdate() - timedelta(days=17 * 365), days=20)
    client.force_login(situations.an_account())
    page = client.get(reverse("desk:person", args=[someone.pk])).content.decode()
    assert "under 18" in page
    assert "Begynn samtykkesamtale" not in page
    assert "skulle vært tatt" not in page
