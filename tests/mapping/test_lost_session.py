"""A session lost in mid-sentence: nothing is saved by a stranger, and nothing typed is lost."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from brik.mapping.models import Section
from brik.staff.models import Staff
from tests import situations
from tests.mapping.pages import filled, opened, send, sent_fields, url
from tests.situations import PASSWORD

pytestmark = pytest.mark.django_db
WORD = "Et uforvekslelig ord"


def carried(response):
    """What the page would send on, its form token included."""
    html = response.content.decode()
    fields = sent_fields(html.replace("<form method", "data-autosave=<form method"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    return fields | ({"csrfmiddlewaretoken": token[1]} if token else {})


def test_a_page_sent_after_the_session_ended_holds_what_was_typed(signed_in, mapping):
    page = opened(signed_in, mapping, "G")
    signed_in.logout()
    response = send(signed_in, mapping, "G", page=page, G6=WORD)
    html = response.content.decode()
    assert response.status_code == 401
    assert "Det siste du skrev, er ikke lagret ennå" in html
    assert f'type="hidden" name="G-G6" value="{WORD}"' in html
    assert not Section.objects.exists()


def test_after_signing_in_again_the_typed_text_is_shown_and_then_saved(signed_in, mapping, mapper):
    page = opened(signed_in, mapping, "G")
    signed_in.logout()
    lost = send(signed_in, mapping, "G", page=page, G6=WORD)
    signed_in.force_login(mapper)
    shown = signed_in.post(url("area", mapping, step="G"), carried(lost))
    assert "Dette er ikke lagret ennå" in shown.content.decode()
    assert WORD in shown.content.decode()
    assert not Section.objects.exists()
    saved = send(signed_in, mapping, "G", page=sent_fields(shown.content.decode()), G6=WORD)
    assert saved.status_code == 302
    assert Section.objects.get().answers.open()["answers"]["G6"]["value"] == WORD


def test_a_page_older_than_the_sign_in_is_shown_again_and_not_saved(mapping, mapper):
    """Signing in makes a new form token; the page left open in the other tab still has the old one."""
    browser = Client(enforce_csrf_checks=True)

    def sign_in():
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get("/logg-inn/").content.decode())[1]
        fields = {"username": mapper.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert browser.post("/logg-inn/", fields).status_code == 302

    sign_in()
    address = url("area", mapping, step="G")
    stale = carried(browser.get(address))
    browser.session.flush()
    sign_in()
    shown = browser.post(address, {**stale, **filled("G", G6=WORD), "then": "on"})
    assert WORD in shown.content.decode()
    assert "Dette er ikke lagret ennå" in shown.content.decode()
    assert not Section.objects.exists()
    saved = browser.post(address, {**carried(shown), **filled("G", G6=WORD), "then": "on"})
    assert saved.status_code == 302
    assert Section.objects.exists()


def test_a_page_whose_form_token_was_lost_with_the_session_says_that_one_is_signed_out(mapping, mapper):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mapper)
    address = url("area", mapping, step="G")
    page = carried(browser.get(address))
    browser.logout()
    lost = browser.post(address, {**page, **filled("G", G6=WORD), "then": "on"})
    assert lost.status_code == 401
    assert "<h1>Du er logget ut</h1>" in lost.content.decode()
    assert carried(lost)["G-G6"] == WORD


def test_nobody_else_gets_to_see_it_with_their_own_sign_in(signed_in, mapping):
    page = opened(signed_in, mapping, "G")
    signed_in.logout()
    lost = send(signed_in, mapping, "G", page=page, G6=WORD)
    signed_in.force_login(situations.an_account(at=situations.a_unit("Agder fengsel")))
    response = signed_in.post(url("area", mapping, step="G"), carried(lost))
    assert response.status_code == 403
    assert WORD not in response.content.decode()


def test_not_even_a_colleague_who_may_see_the_interview(signed_in, mapping, colleague):
    page = opened(signed_in, mapping, "G")
    signed_in.logout()
    lost = send(signed_in, mapping, "G", page=page, G6=WORD)
    signed_in.force_login(colleague)
    response = signed_in.post(url("area", mapping, step="G"), carried(lost))
    assert response.status_code == 403
    assert "Dette er skrevet av en annen" in response.content.decode()
    assert WORD not in response.content.decode()


def test_reading_without_a_session_leads_back_to_the_same_place(client, mapping):
    address = url("area", mapping, step="G")
    response = client.get(address)
    assert response.url == f"/logg-inn/?next={address}"
    assert SESSION_KEY not in client.session


def test_a_page_sent_while_the_screen_was_hidden_holds_what_was_typed_until_it_is_shown_again(
    signed_in, mapping, mapper
):
    page = opened(signed_in, mapping, "G")
    signed_in.post(reverse("pages:hide"), {"next": url("hub", mapping)})
    held = send(signed_in, mapping, "G", page=page, G6=WORD)
    html = held.content.decode()
    assert held.status_code == 401
    assert "Skjermen er skjult" in html
    assert f'type="hidden" name="G-G6" value="{WORD}"' in html
    assert not Section.objects.exists()
    # The screen stays hidden until the password has been given.
    assert WORD in signed_in.post(url("area", mapping, step="G"), carried(held)).content.decode()
    assert not Section.objects.exists()
    signed_in.post(reverse("pages:hidden"), {"password": PASSWORD})
    shown = signed_in.post(url("area", mapping, step="G"), carried(held)).content.decode()
    assert "Dette er ikke lagret ennå" in shown
    assert WORD in shown


def test_a_page_sent_under_a_password_set_by_others_says_so_and_holds_what_was_typed(signed_in, mapping, mapper):
    page = opened(signed_in, mapping, "G")
    Staff.objects.filter(pk=mapper.pk).change(password_by_other=True)
    held = send(signed_in, mapping, "G", page=page, G6=WORD)
    html = held.content.decode()
    assert held.status_code == 401
    assert "Velg ditt eget passord først" in html
    assert reverse("pages:own_password") in html
    assert "Skjermen er skjult" not in html
    assert not Section.objects.exists()
    own = "bare jeg kjenner dette"
    signed_in.post(reverse("pages:own_password"), {"old": PASSWORD, "new": own, "again": own})
    assert WORD in signed_in.post(url("area", mapping, step="G"), carried(held)).content.decode()


def test_what_the_page_s_script_sends_while_the_screen_is_hidden_is_refused(signed_in, mapping):
    page = opened(signed_in, mapping, "G")
    signed_in.post(reverse("pages:hide"), {"next": url("hub", mapping)})
    refused = signed_in.post(
        url("area", mapping, step="G"), {**page, "G-G6": WORD}, headers={"X-Requested-With": "brik"}
    )
    assert refused.status_code == 401
    assert WORD not in refused.content.decode()
