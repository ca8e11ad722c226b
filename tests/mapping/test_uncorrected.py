"""Words that are no answer yet: kept, told of wherever the officer goes, and left out only when somebody says so."""

from __future__ import annotations

import pytest

from brik.mapping.models import InterviewState, Mapping
from brik.mapping.record import actions
from brik.pages.refusal import Refused
from brik.staff.models import Role
from tests import situations
from tests.browser import assert_accessible, question, shoot, sign_in
from tests.mapping.pages import filled, opened, send, url

pytestmark = pytest.mark.django_db
WRONG = {"C1": "EIDE", "C3a": "JA", "C3b": "snart"}
TOLD = "Noe er fortsatt bare utkast"


def html(response):
    return response.content.decode()


def as_read(mapping, area):
    return mapping.sections.get(area=area).as_read


def test_a_page_sent_with_something_to_correct_is_kept_wherever_the_officer_goes_then(signed_in, mapping):
    assert send(signed_in, mapping, **WRONG).status_code == 422
    page = html(signed_in.get(url("area", mapping, step="C")))
    assert 'value="snart"' in page
    assert 'value="EIDE" checked' in page
    assert "Det du skrev, er lagret som utkast" in page


def test_the_hub_and_the_check_tell_which_areas_have_something_to_correct(signed_in, mapping):
    send(signed_in, mapping, **WRONG)
    send(signed_in, mapping, "D", D7="JA")
    for name in ("hub", "check"):
        page = html(signed_in.get(url(name, mapping)))
        assert page.count("Ett svar må rettes.") == 1, name
    assert TOLD in page
    assert "Hvilken dag er fristen?" in page
    assert "Skriv datoen som dag, måned og år" in page
    send(signed_in, mapping, **WRONG | {"C3b": "31.12.2026"})
    assert TOLD not in html(signed_in.get(url("check", mapping)))


def test_signing_off_from_a_page_that_told_of_nothing_leaves_nothing_out(signed_in, mapping):
    send(signed_in, mapping, **WRONG)
    answer = signed_in.post(url("sign_off", mapping))
    assert answer.status_code == 409
    assert TOLD in html(answer)
    mapping.refresh_from_db()
    assert mapping.state == InterviewState.DRAFT


def test_what_must_be_corrected_is_left_out_when_the_officer_says_so_and_only_there(signed_in, mapping, mapper):
    send(signed_in, mapping, **WRONG)
    assert f'name="without" value="{as_read(mapping, "C")}"' in html(signed_in.get(url("check", mapping)))
    assert send(signed_in, mapping, "D", D1=["LOENN", "INGEN"]).status_code == 422
    assert signed_in.post(url("sign_off", mapping), {"without": as_read(mapping, "C")}).status_code == 409
    both = [as_read(mapping, area) for area in "CD"]
    assert signed_in.post(url("sign_off", mapping), {"without": both}).url == url("read", mapping)
    assert Mapping.objects.get(pk=mapping.pk).state == InterviewState.FINAL


def test_what_was_typed_after_the_page_was_read_is_not_left_out(signed_in, mapping, mapper):
    send(signed_in, mapping, **WRONG)
    read = as_read(mapping, "C")
    send(signed_in, mapping, **WRONG | {"C3b": "en gang i desember"})
    answer = signed_in.post(url("sign_off", mapping), {"without": read})
    assert answer.status_code == 409
    assert as_read(mapping, "C") in html(answer)
    for old in ("C", "C:", "C:x", read):
        with pytest.raises(Refused, match="uncorrected"):
            actions.sign_off(mapping, without={old}, by=mapper)


def test_no_way_around_the_page_leaves_words_out_in_silence(signed_in, mapping, mapper):
    send(signed_in, mapping, **WRONG)
    with pytest.raises(Refused, match="uncorrected"):
        actions.sign_off(mapping, by=mapper)
    actions.sign_off(mapping, without={as_read(mapping, "C")}, by=mapper)


def test_a_correction_still_has_the_words_that_were_left_out(signed_in, mapping, mapper):
    send(signed_in, mapping, **WRONG)
    actions.sign_off(mapping, without={as_read(mapping, "C")}, by=mapper)
    new = actions.correct(mapping, reason="Fristen mangler", by=mapper)
    assert 'value="snart"' in html(signed_in.get(url("area", new, step="C")))


def test_an_area_is_not_declined_over_words_that_must_be_corrected_without_asking(signed_in, mapping):
    answer = send(signed_in, mapping, then="decline", C3a="JA", C3b="snart")
    assert "Da fjernes svarene på denne siden" in html(answer)


def test_a_colleague_sees_what_waits_but_is_not_led_in(signed_in, mapping, colleague, client):
    send(signed_in, mapping, **WRONG)
    client.force_login(colleague)
    page = html(client.get(url("check", mapping)))
    assert TOLD in page
    assert url("area", mapping, step="C") not in page


def test_the_autosave_names_each_field_and_says_what_is_wrong_there(signed_in, mapping):
    sent = opened(signed_in, mapping) | filled("C", **WRONG)
    answer = signed_in.post(url("draft", mapping, step="C"), sent, headers={"X-Requested-With": "brik"}).json()
    assert answer["wrong"] == [
        {
            "control": "id_C-C3b",
            "id": "id_C-C3b_error",
            "text": "Skriv datoen som dag, måned og år, for eksempel 31.12.2026.",
        }
    ]


@pytest.fixture
def talk_page(browser_page, key_ring):
    mapper = situations.an_account(Role.MAPPER)
    browser_page.held = situations.an_interview(mapper)
    sign_in(browser_page, mapper)
    browser_page.goto(url("area", browser_page.held, step="C"))
    browser_page.get_by_role("group", name="Kan du miste boligen").get_by_label("Ja", exact=True).check()
    return browser_page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_the_autosave_will_not_have_is_marked_at_the_field_until_it_is_right(talk_page):
    page, box = talk_page, talk_page.get_by_label("Hvilken dag er fristen?")
    said = page.locator("#id_C-C3b_error")
    box.fill("snart")
    said.get_by_text("Skriv datoen som dag, måned og år, for eksempel 31.12.2026").wait_for()
    assert box.get_attribute("aria-invalid") == "true"
    assert "id_C-C3b_error" in box.get_attribute("aria-describedby").split()
    assert page.locator("[data-saved]").get_attribute("data-state") == "note"
    assert_accessible(page)
    shoot(page, "kartlegging-rettes-i-feltet")
    box.fill("31.12.2026")
    said.wait_for(state="detached")
    assert box.get_attribute("aria-invalid") is None
    assert "error" not in (box.get_attribute("aria-describedby") or "")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_leaving_by_a_link_waits_for_the_saving_and_the_pages_after_tell_what_waits(talk_page):
    page = talk_page
    page.get_by_label("Hvilken dag er fristen?").fill("snart")
    page.get_by_role("link", name="Alle områder").click()
    page.get_by_text("Ett svar må rettes.").wait_for()
    shoot(page, "kartlegging-oversikt-rettes")
    page.get_by_role("link", name="Se over svarene").click()
    page.get_by_role("heading", name=TOLD).wait_for()
    assert_accessible(page)
    shoot(page, "kartlegging-sjekk-rettes")
    page.get_by_role("button", name="Ferdigstill uten det som må rettes").click()
    page.wait_for_url("**/les/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_somebody_else_has_changed_is_not_left_in_silence(talk_page):
    page = talk_page
    page.locator("[data-saved]", has_text="Lagret kl.").wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    question(other, "Hvordan bodde du").get_by_label("Eide", exact=True).check()
    other.locator("[data-saved]", has_text="Lagret kl.").wait_for()
    page.get_by_label("Hvilken dag er fristen?").fill("31.12.2026")
    page.locator("[data-saved]", has_text="endret et annet sted").wait_for()
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Alle områder").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Hvilken dag er fristen?").input_value() == "31.12.2026"
