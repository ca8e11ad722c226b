"""While the person holds the screen, nothing on it leads into the house: every way on asks for the password first."""

import re

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from consent.record import steps
from tests import situations
from tests.consent.talk_pages import at, post, url
from tests.situations import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
HIDDEN = reverse("pages:hidden")
# The login page is the dialog of a session that has ended.
OURS = re.compile(r"/samtykkesamtale/|/samtykke/|#|/logg-inn/")


def ways_out(page):
    """Every link of a page that leads out of the talk."""
    return [href for href in re.findall(r'<a [^>]*href="([^"]*)"', page) if not OURS.match(href)]


def test_going_on_later_keeps_what_is_typed_and_opens_the_person_with_the_password(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    person, word = reverse("desk:person", args=[talk.person_id]), "Et uforvekslelig navn"
    page = " ".join(client.get(url(talk, steps.SOURCES)).content.decode().split())
    [button] = re.findall(r"<button [^>]*> Fortsett senere </button>", page)
    assert f'name="hide" value="{person}"' in button
    left = client.post(
        url(talk, steps.SOURCES),
        {"talk-current_step": steps.SOURCES, "version": talk.row_version, "andre-name_1": word, "hide": person},
    )
    assert left.url == HIDDEN
    assert client.get(person).url == HIDDEN
    assert Event.objects.filter(verb=Verb.SCREEN_HIDDEN).exists()
    assert client.post(HIDDEN, {"password": PASSWORD}).url == person
    assert word in client.get(url(talk, steps.SOURCES)).content.decode()


def test_no_address_of_others_is_gone_on_to(client, officer):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    fields = {"talk-current_step": steps.SOURCES, "version": talk.row_version}
    client.post(url(talk, steps.SOURCES), {**fields, "hide": "//evil.example/"})
    assert client.post(HIDDEN, {"password": PASSWORD}).url == reverse("pages:home")


def test_no_page_of_a_talk_that_has_begun_leads_into_the_house(client, officer):
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    for step in (step for step in steps.ALL if step not in (steps.MUNICIPALITY, steps.CLOSING)):
        page = client.get(url(talk, step)).content.decode()
        assert ways_out(page) == [], step
        assert "Fortsett senere" in page, step


def test_before_the_talk_has_begun_the_first_page_is_the_officers_own(client, officer):
    talk = at(situations.a_person(), officer, steps.LANGUAGE)
    page = client.get(url(talk, steps.LANGUAGE)).content.decode()
    assert reverse("desk:worklist") in ways_out(page)
    assert reverse("desk:person", args=[talk.person_id]) in ways_out(page)
    assert "Fortsett senere" not in page


def test_what_is_refused_in_a_talk_leads_to_the_person_with_the_password_only(client, officer):
    talk = at(situations.a_person(), officer, steps.MAPPING)
    stale = post(client, talk, steps.MAPPING, answer="JA", version=talk.row_version - 1)
    closed = post(client, talk, steps.SIGNATURE, method="TYPED", name="X", confirmed="on")
    for page in (stale, closed):
        assert page.status_code == 409
        assert ways_out(page.content.decode()) == []
        assert f'name="next" value="{reverse("desk:person", args=[talk.person_id])}"' in page.content.decode()
