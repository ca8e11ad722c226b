"""What is typed in a talk is never lost: not with the session, not behind a hidden screen, in a conflict or an outage."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from lxml.html import fromstring

from brik.audit.actors import Process
from brik.pages.errors import server_error
from brik.staff.models import OrganisationKind, Role
from consent.models import Talk
from consent.record import endings, steps
from consent.talk import actions
from tests import situations
from tests.situations import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
WORD = "Et uforvekslelig navn"
TYPED = {"andre-answer": "JA", "andre-name_1": WORD, "andre-about_1": "ARBEID"}


@pytest.fixture
def officer(client, key_ring):
    by = situations.an_account(Role.MAPPER)
    client.force_login(by)
    return by


@pytest.fixture
def talk(officer):
    return situations.a_talk(situations.a_person(), officer, stop_before=steps.SOURCES)


def url(talk, step=steps.SOURCES):
    return reverse("desk:talk", args=[talk.pk, step])


def fields(html):
    """What the page's own form would send, its buttons apart."""
    form = re.search(r'<form (?:id="[\w-]+" )?method="post" action="[^"]*samtykkesamtale.*?</form>', html, re.DOTALL)
    form = form or re.search(r'<form id="samtalen".*?</form>', html, re.DOTALL)
    found = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', form[0]):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        found[unescape(name[1])] = unescape(value[1]) if value else ""
    return found


def opened(client, talk, step=steps.SOURCES):
    return fields(client.get(url(talk, step)).content.decode())


def answer(talk):
    return Talk.objects.get(pk=talk.pk).answers.open().get(steps.SOURCES)


def save_elsewhere(talk, step, given):
    """Another window saves a step of the same talk meanwhile."""
    talk = Talk.objects.get(pk=talk.pk)
    by = talk.started_by
    return actions.save_step(talk, step=step, answer=given, version=talk.row_version, by=by)


def test_after_the_session_ended_the_page_holds_what_was_typed_until_somebody_signs_in(client, talk, officer):
    page = opened(client, talk)
    client.logout()
    held = client.post(url(talk), {**page, **TYPED})
    assert held.status_code == 401
    assert f'type="hidden" name="andre-name_1" value="{WORD}"' in held.content.decode()
    client.force_login(officer)
    shown = client.post(url(talk), fields(held.content.decode()))
    assert WORD in shown.content.decode()
    assert "Ikke lagret ennå" in shown.content.decode()
    assert answer(talk) is None
    assert client.post(url(talk), {**fields(shown.content.decode()), **TYPED}).status_code == 302
    assert answer(talk)["sources"][0]["name"] == WORD


def test_somebody_else_who_signs_in_is_shown_nothing_of_it(client, talk):
    page = opened(client, talk)
    client.logout()
    held = client.post(url(talk), {**page, **TYPED})
    client.force_login(situations.an_account(at=situations.a_unit("Agder fengsel")))
    other = client.post(url(talk), fields(held.content.decode()))
    assert other.status_code == 403
    assert WORD not in other.content.decode()


def test_reading_without_a_session_leads_back_to_the_same_place(client, talk):
    client.logout()
    assert client.get(url(talk)).url == f"/logg-inn/?next={url(talk)}"


def test_a_page_older_than_the_sign_in_is_shown_again_and_not_saved(talk, officer):
    browser = Client(enforce_csrf_checks=True)

    def sign_in():
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get("/logg-inn/").content.decode())[1]
        given = {"username": officer.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert browser.post("/logg-inn/", given).status_code == 302

    sign_in()
    page = opened(browser, talk)
    browser.session.flush()
    sign_in()
    shown = browser.post(url(talk), {**page, **TYPED}).content.decode()
    assert WORD in shown
    assert "Ikke lagret ennå" in shown
    assert answer(talk) is None


def test_a_page_sent_behind_a_hidden_screen_comes_back_with_what_was_typed(client, talk):
    page = opened(client, talk)
    client.post(reverse("pages:hide"), {"next": "/"})
    held = client.post(url(talk), {**page, **TYPED})
    assert held.status_code == 401
    client.post(reverse("pages:hidden"), {"password": PASSWORD})
    shown = client.post(url(talk), fields(held.content.decode())).content.decode()
    assert WORD in shown
    assert client.post(url(talk), {**fields(shown), **TYPED}).status_code == 302


def test_a_conflict_shows_what_was_typed_and_takes_it_along_to_the_talk_as_it_is_now(client, talk):
    page = opened(client, talk)
    save_elsewhere(talk, steps.SOURCES, {"answer": "NEI"})
    conflict = client.post(url(talk), {**page, **TYPED})
    html = conflict.content.decode()
    assert conflict.status_code == 409
    assert re.search(rf"<dd[^>]*>\s*{WORD}\s*</dd>", html)
    assert "Arbeid" in html
    assert answer(talk) == {"answer": "NEI"}
    shown = client.post(url(talk), fields(html))
    assert WORD in shown.content.decode()
    assert "Ikke lagret ennå" in shown.content.decode()
    assert answer(talk) == {"answer": "NEI"}, "nothing is overwritten before somebody has seen it and sent it"
    assert client.post(url(talk), {**fields(shown.content.decode()), **TYPED}).status_code == 302
    assert answer(talk)["sources"][0]["name"] == WORD


def test_a_conflict_on_a_step_that_is_closed_again_still_shows_what_was_typed(client, talk):
    page = opened(client, talk)
    first = Talk.objects.get(pk=talk.pk).answers.open()[steps.LANGUAGE]
    save_elsewhere(talk, steps.LANGUAGE, {**first, "language": "en"})
    conflict = client.post(url(talk), {**page, **TYPED})
    assert conflict.status_code == 409
    assert WORD in conflict.content.decode()
    assert "Ta med det jeg skrev" not in conflict.content.decode()


def test_a_page_that_comes_back_unsaved_has_not_seen_what_was_saved_meanwhile(client, talk):
    page = opened(client, talk)
    save_elsewhere(talk, steps.SOURCES, {"answer": "NEI"})
    wrong = client.post(url(talk), {**page, "andre-answer": "JA", "andre-name_1": WORD})
    assert wrong.status_code == 422
    late = client.post(url(talk), {**fields(wrong.content.decode()), **TYPED})
    assert late.status_code == 409
    assert answer(talk) == {"answer": "NEI"}


def test_hiding_the_page_of_a_conflict_keeps_what_was_typed(client, talk):
    page = opened(client, talk)
    save_elsewhere(talk, steps.SOURCES, {"answer": "NEI"})
    html = client.post(url(talk), {**page, **TYPED}).content.decode()
    assert 'form="det-skrevne" name="hide"' in " ".join(html.split())
    assert client.post(url(talk), {**fields(html), "hide": "1"}).url == reverse("pages:hidden")
    client.post(reverse("pages:hidden"), {"password": PASSWORD})
    assert WORD in client.get(url(talk)).content.decode()


def test_while_the_database_is_away_the_page_holds_what_was_typed_and_sends_it_again(client, talk, rf):
    page = opened(client, talk)
    request = rf.post(url(talk), {**page, **TYPED})
    try:
        raise OperationalError
    except OperationalError:
        away = server_error(request)
    assert away.status_code == 503
    assert f'type="hidden" name="andre-name_1" value="{WORD}"' in away.content.decode()
    assert answer(talk) is None
    assert client.post(url(talk), fields(away.content.decode())).status_code == 302
    assert answer(talk)["sources"][0]["name"] == WORD


def test_when_the_database_goes_away_in_the_middle_of_saving_the_page_holds_what_was_typed(client, talk):
    """PostgreSQL answers the very write as it does while it is being stopped."""
    page = opened(client, talk)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.away() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END $$"
        )
        cursor.execute("CREATE TRIGGER away BEFORE UPDATE ON consent_talk FOR EACH ROW EXECUTE FUNCTION pg_temp.away()")
    away = client.post(url(talk), {**page, **TYPED})
    assert away.status_code == 503
    assert f'type="hidden" name="andre-name_1" value="{WORD}"' in away.content.decode()


def check_typed_is_shown_and_held(response, *words):
    """The page of a refusal: it shows what was typed, and holds it to be shown on its page once that is open."""
    shown = fromstring(response.content)
    assert response.status_code == 409
    assert set(words) <= {text.strip() for text in shown.xpath("//main//dd/text()")}
    assert "Vis det jeg skrev" in shown.text_content()


def test_a_step_that_is_not_open_shows_and_holds_what_was_typed_until_it_is(client, officer):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.MAPPING)
    sent = {"talk-current_step": steps.SOURCES, "version": talk.row_version, **TYPED}
    refused = client.post(url(talk), sent)
    check_typed_is_shown_and_held(refused, WORD, "Arbeid")
    assert "Dette steget er ikke åpent ennå" in refused.content.decode()
    check_typed_is_shown_and_held(client.post(url(talk), fields(refused.content.decode())), WORD)
    save_elsewhere(talk, steps.MAPPING, {"answer": "JA"})
    shown = client.post(url(talk), fields(refused.content.decode()))
    assert (shown.status_code, answer(talk)) == (200, None)
    assert f'value="{WORD}"' in shown.content.decode()


def test_a_recipient_that_is_gone_takes_nothing_of_what_was_typed_with_it(client, officer, organisations):
    step, organisation = steps.SHARING[OrganisationKind.NAV_STATE], organisations[OrganisationKind.NAV_STATE]
    talk = situations.a_talk(situations.a_person(), officer, stop_before=step)
    page = opened(client, talk, step)
    organisation.active = False
    organisation.save()
    typed = {f"{step}-answer": "JA", f"{step}-themes": ["ARBEID", "BOLIG"], f"{step}-months": "6"}
    refused = client.post(url(talk, step), {**page, **typed})
    check_typed_is_shown_and_held(refused, "Arbeid, Bolig")
    organisation.active = True
    organisation.save()
    shown = fromstring(client.post(url(talk, step), fields(refused.content.decode())).content)
    assert {"JA", "6"} <= set(shown.xpath("//main//input[@checked]/@value"))


def test_a_talk_that_ended_meanwhile_shows_and_holds_what_was_typed(client, talk):
    page = opened(client, talk)
    endings.end_because(talk.person, cause=endings.EndCause.RELEASED, by=Process("test"))
    refused = client.post(url(talk), {**page, **TYPED})
    check_typed_is_shown_and_held(refused, WORD)
    assert "Denne samtalen er avsluttet" in refused.content.decode()


def test_hiding_the_page_of_a_refusal_holds_what_was_typed(client, officer):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.MAPPING)
    sent = {"talk-current_step": steps.SOURCES, "version": talk.row_version, **TYPED}
    refused = client.post(url(talk), sent).content.decode()
    assert 'form="det-skrevne" name="hide"' in " ".join(refused.split())
    held = client.post(url(talk), {**fields(refused), "hide": "1"})
    assert held.status_code == 401
    assert fields(held.content.decode())["andre-name_1"] == WORD


NOT_WITH_IT = "Filen du valgte, er ikke med. Velg den på nytt."


def scanned(page):
    return {
        **page,
        "underskrift-method": "PAPER",
        "underskrift-scan": SimpleUploadedFile("ark.jpg", situations.a_photo()),
    }


def test_after_a_lost_session_each_page_says_that_the_scan_must_be_chosen_again(client, officer):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.SIGNATURE)
    page = opened(client, talk, steps.SIGNATURE)
    assert NOT_WITH_IT not in client.get(url(talk, steps.SIGNATURE)).content.decode()
    client.logout()
    held = client.post(url(talk, steps.SIGNATURE), scanned(page)).content.decode()
    assert NOT_WITH_IT in held
    client.force_login(officer)
    shown = client.post(url(talk, steps.SIGNATURE), fields(held)).content.decode()
    assert NOT_WITH_IT in shown
    signed = client.post(url(talk, steps.SIGNATURE), scanned(fields(shown)))
    assert "Er dette arket?" in signed.content.decode()


def test_a_refused_page_says_that_the_scan_must_be_chosen_again(client, officer):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.MAPPING)
    sent = {"talk-current_step": steps.SIGNATURE, "version": talk.row_version}
    assert NOT_WITH_IT in client.post(url(talk, steps.SIGNATURE), scanned(sent)).content.decode()
