"""Whom something is shared with keeps its Norwegian name; who reads another language is told beside it what it is."""

import html
import re

import pytest
from django.urls import reverse

from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent import verification
from consent.record import steps
from consent.record.document import opened
from consent.templatetags.consent import names, strong
from consent.texts import catalogue as texts
from consent.texts.sentences import listed_apart
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

SHARED = {kind: [Theme.BOLIG] for kind in (OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_MUNICIPAL)}


def kinds(language):
    return texts.current("DOMFELT")[language].body["kinds"]


def marked(name):
    return f'<bdi lang="nb" dir="ltr">{name}</bdi>'


def on_screen(text):
    return re.sub("\u2066(.+?)\u2069", r'<bdi lang="nb" dir="ltr">\1</bdi>', text)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_read_back_the_receipt_and_the_last_page_say_what_each_recipient_is(client, organisations, language):
    by, someone = situations.a_mapper_and_a_person()
    client.force_login(by)
    talk = situations.a_talk(someone, by, stop_before=steps.READ_BACK, share=SHARED, language=language)
    pages = [client.get(reverse("desk:talk", args=[talk.pk, steps.READ_BACK]))]
    consent = situations.a_signed_consent(
        situations.a_person(at=by.current_posts[0].unit), by, share=SHARED, language=language
    )
    pages += [client.get(reverse(f"consent:{page}", args=[consent.pk])) for page in ("done", "read")]
    for page in pages:
        text = html.unescape(page.content.decode()).replace("\u00ad", "")
        for kind in SHARED:
            name = marked(organisations[kind].name)
            assert f"{on_screen(kinds(language)[kind])} – {name}" in text


def test_a_norwegian_reads_the_names_alone(organisations):
    by, someone = situations.a_mapper_and_a_person()
    shares = opened(situations.a_signed_consent(someone, by, share=SHARED)).closing["lines"][1]
    assert shares == "Du deler med: Testens Saksbehandlingssystemet, Testens NAV (kommunal)."


def test_recipients_whose_description_has_a_comma_are_set_apart():
    assert listed_apart(["NAV, the state", "The school"], "en") == "NAV, the state; The school"
    assert listed_apart(["NAV", "The school"], "en") == "NAV, The school"


def test_documents_in_every_language_hold(organisations):
    for language in languages.CODES:
        by, someone = situations.a_mapper_and_a_person()
        situations.a_signed_consent(someone, by, share=SHARED, language=language)
    assert list(verification.differences()) == []


def test_what_is_marked_as_norwegian_is_escaped():
    assert names("\u2066<b>\u2069") == '<bdi lang="nb" dir="ltr">&lt;b&gt;</bdi>'
    assert (
        strong("**\u2066NAV\u2069** <i>") == '<strong><bdi><bdi lang="nb" dir="ltr">NAV</bdi></bdi></strong> &lt;i&gt;'
    )
