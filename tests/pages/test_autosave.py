"""The page's own script: honest about what is saved, and nothing typed is lost while the page is open."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session

from brik.people.permissions import PeoplePermission
from brik.staff.models import Role
from tests import situations
from tests.browser import focused, login, sign_in
from tests.pages import sample as pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(sample, browser_page):
    pages.SAVED.clear()
    browser_page.officer = situations.an_account(Role.MAPPER)
    sign_in(browser_page, browser_page.officer)
    browser_page.goto("/prove/steg/")
    return browser_page


def says(page, text):
    page.locator("[data-saved]", has_text=text).wait_for()


def test_what_is_typed_is_saved_without_a_click_and_the_time_is_told(page):
    page.get_by_label("Et vanlig felt").fill("hei")
    says(page, "Lagret kl. 10.42")
    assert pages.SAVED[-1]["vanlig"] == "hei"
    assert page.locator("[name=version]").input_value() == "2"
    assert page.locator("[data-saved]").get_attribute("role") == "status"


def test_it_never_says_saved_when_it_is_not_and_keeps_trying(page):
    page.route("**/lagre/", lambda route: route.abort())
    page.get_by_label("Et vanlig felt").fill("hei")
    says(page, "Ikke lagret – prøver igjen")
    page.unroute("**/lagre/")
    says(page, "Lagret kl.")
    assert pages.SAVED[-1]["vanlig"] == "hei"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("500", "prøver igjen"),
        ("503", "prøver igjen"),
        ("409", "endret et annet sted"),
        ("422", "se over det du har skrevet"),
    ],
)
def test_each_refusal_is_told_in_its_own_words(page, status, said):
    page.get_by_label("Et vanlig felt").fill(status)
    says(page, said)
    page.get_by_label("Et vanlig felt").fill("bra")
    if status != "409":
        says(page, "Lagret kl.")


def test_an_answer_that_is_not_ours_is_not_taken_for_saved(page):
    page.route("**/lagre/", lambda route: route.fulfill(status=200, body="<html>a proxy's own page</html>"))
    page.get_by_label("Et vanlig felt").fill("hei")
    says(page, "Ikke lagret – prøver igjen")


def test_a_lost_session_loses_no_word(page):
    Session.objects.all().delete()
    page.get_by_label("Et vanlig felt").fill("viktig")
    dialog = page.get_by_role("dialog", name="Du er logget ut")
    dialog.wait_for()
    says(page, "du er logget ut")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Logg inn i ny fane").click()
    login(opened.value, page.officer)
    opened.value.close()
    dialog.get_by_role("button", name="Lukk").click()
    says(page, "Lagret kl.")
    assert pages.SAVED[-1]["vanlig"] == "viktig"


def test_nobody_elses_session_saves_what_was_typed(page):
    Session.objects.all().delete()
    other = situations.an_account(Role.MAPPER)
    second = page.context.new_page()
    login(second, other)
    page.get_by_label("Et vanlig felt").fill("viktig")
    says(page, "Ikke lagret")
    page.wait_for_timeout(3000)
    assert pages.SAVED == []


def test_a_form_is_not_sent_into_the_void(page):
    page.get_by_label("Ja", exact=True).first.check()
    page.get_by_label("Et vanlig felt").fill("viktig")
    page.route("**/lagre/", lambda route: route.abort())
    page.route("**/okt/", lambda route: route.abort())
    page.get_by_role("button", name="Lagre og fortsett").click()
    says(page, "Ikke lagret")
    assert page.get_by_label("Et vanlig felt").input_value() == "viktig"
    page.unroute("**/okt/")
    page.unroute("**/lagre/")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Kartlegging").wait_for()


def test_the_buttons_own_name_goes_with_the_form(page):
    page.get_by_label("Ja", exact=True).first.check()
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/steg/")) as sent:
        page.get_by_role("button", name="Lagre og avslutt").click()
    assert "exit=1" in (sent.value.post_data or "")


def test_hiding_the_screen_saves_first(page):
    page.get_by_label("Et vanlig felt").fill("viktig")
    page.get_by_role("button", name="Skjul skjermen").click()
    page.get_by_role("heading", name="Skjermen er skjult").wait_for()
    assert pages.SAVED[-1]["vanlig"] == "viktig"
    page.get_by_label("Passord").fill(situations.PASSWORD)
    page.get_by_role("button", name="Vis skjermen").click()
    page.wait_for_url("**/prove/steg/")


def test_the_session_warns_and_can_be_extended(page):
    page.route("**/okt/", lambda route: _changed(route, r'"seconds": \d+', '"seconds": 60'))
    page.route("**/oversikt/", lambda route: _changed(route, r'data-seconds="\d+"', 'data-seconds="1"'))
    page.goto("/prove/oversikt/")
    dialog = page.get_by_role("dialog", name="Er du her fortsatt?")
    dialog.wait_for()
    page.unroute("**/okt/")
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/okt/")) as sent:
        dialog.get_by_role("button", name="Bli værende").click()
    assert sent.value.response().status == 200


def _changed(route, old, new):
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(old, new, answer.text()))


def test_follow_up_questions_open_and_close_without_a_script(sample, plain_page):
    sign_in(plain_page, situations.an_account(Role.MAPPER))
    plain_page.goto("/prove/steg/")
    where = plain_page.get_by_label("Hvilken kommune vil du helst bo i?")
    contact = plain_page.get_by_role("group", name="Skal vi kontakte kommunen om bolig?")
    assert not where.is_visible()
    plain_page.get_by_label("Nei", exact=True).first.check()
    assert where.is_visible()
    assert not contact.is_visible()
    plain_page.locator("[name=kommune-instead]").first.check()
    assert contact.is_visible()
    plain_page.get_by_label("Ja", exact=True).first.check()
    assert not where.is_visible()
    assert not contact.is_visible()


def test_everything_works_without_a_script(sample, plain_page):
    officer = situations.an_account(Role.MAPPER)
    sign_in(plain_page, officer)
    plain_page.goto("/prove/steg/")
    plain_page.get_by_role("button", name="Lagre og fortsett").click()
    plain_page.get_by_role("link", name="Velg om du har et sted å bo").wait_for()
    plain_page.get_by_label("Ja", exact=True).first.check()
    plain_page.get_by_role("button", name="Lagre og fortsett").click()
    plain_page.get_by_role("heading", name="Kartlegging").wait_for()
    plain_page.get_by_role("button", name="Skjul skjermen").click()
    plain_page.get_by_label("Passord").fill(situations.PASSWORD)
    plain_page.get_by_role("button", name="Vis skjermen").click()
    plain_page.get_by_role("heading", name="Kartlegging").wait_for()
    plain_page.get_by_role("button", name="Logg ut").click()
    plain_page.get_by_role("heading", name="Du er logget ut").wait_for()


def test_the_keyboard_goes_through_the_page_in_the_order_it_is_read(page, monkeypatch):
    monkeypatch.setattr("brik.menu.MENU", [("pages:about", "Menylinje", PeoplePermission.SEE_PEOPLE)])
    page.reload()
    order = []
    for _tab in range(8):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == [
        "Hopp til innholdet",
        "BRIK",
        "Menylinje",
        "Logg ut",
        "Skjul skjermen",
        "Hvorfor spør vi om dette?",
        "bolig",
        "hjelp",
    ]


def test_the_skip_link_leads_to_the_content(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Hvorfor spør vi om dette?"


def test_after_a_mistake_the_summary_has_the_keyboard_and_leads_to_the_field(page):
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("link", name="Velg om du har et sted å bo").wait_for()
    assert "Du må rette én feil" in focused(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_bolig_0"


def test_the_whole_of_a_large_card_can_be_pressed(sample, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER))
    browser_page.goto("/prove/samtykke/")
    cards = browser_page.locator(".brik-cards .ds-field")
    boxes = [card.bounding_box() for card in cards.all()]
    assert boxes[0]["width"] == boxes[1]["width"]
    assert boxes[0]["height"] == boxes[1]["height"]
    assert browser_page.locator(".brik-cards input:checked").count() == 0
    cards.nth(1).click(position={"x": boxes[1]["width"] - 10, "y": boxes[1]["height"] - 10})
    assert browser_page.get_by_label("Nei, jeg vil ikke dele").is_checked()


def test_the_arabic_page_reads_from_the_right(sample, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER))
    browser_page.goto("/prove/samtykke/?sprak=ar")
    assert browser_page.locator("html").get_attribute("dir") == "rtl"
    assert browser_page.locator("html").get_attribute("lang") == "ar"
    for card in browser_page.locator(".brik-cards .ds-field").all():
        control, label = card.locator("input").bounding_box(), card.locator("label").bounding_box()
        assert control["x"] >= label["x"] + label["width"], "the control stands before its label, at the right"
    assert browser_page.get_by_role("button", name="Skjul skjermen").is_visible()
