"""The network is gone when a form is sent: the page stays, says so, and sends when it is back."""

import pytest
from django.urls import reverse

from brik.people import protection
from brik.people.models import Person
from brik.staff.models import Role
from brik.vault import keys
from consent.record import steps
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
AWAY = "Får ikke kontakt med BRIK – prøv igjen om litt"


@pytest.fixture
def mapper():
    situations.publish_texts()
    situations.all_recipients()
    return situations.an_account(Role.MAPPER)


def says(page, text):
    page.locator("[data-saved]", has_text=text).wait_for()


@pytest.mark.parametrize("button", ["Lagre og fortsett", "Tilbake", "Lagre og avslutt"])
def test_an_area_with_nothing_unsaved_stays_and_says_so(browser_page, mapper, button):
    page, mapping = browser_page, situations.an_interview(mapper, situations.a_person())
    address = reverse("mapping:area", kwargs={"mapping": mapping.pk, "step": "C"})
    sign_in(page, mapper)
    page.goto(address)
    page.context.set_offline(True)
    page.get_by_role("button", name=button).click()
    says(page, AWAY)
    assert page.url.endswith(address)
    assert page.get_by_role("button", name=button).is_visible(), "it can be pressed again"
    box = page.locator("[data-saved]").bounding_box()
    assert 0 <= box["y"] < 900, "it is in sight, at the foot of the page too"
    assert_accessible(page)
    shoot(page, "uten-nett")
    page.context.set_offline(False)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(lambda url: not url.endswith(address))


def test_a_page_of_the_talk_stays_and_still_asks_before_it_is_left(browser_page, mapper):
    page = browser_page
    talk = situations.a_talk(situations.a_person(), mapper, stop_before=steps.SOURCES)
    sign_in(page, mapper)
    page.goto(reverse("desk:talk", args=[talk.pk, steps.SOURCES]))
    page.get_by_label("Nei", exact=True).first.check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Neste").click()
    says(page, AWAY)
    assert page.get_by_label("Nei", exact=True).first.is_checked()
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.evaluate("location.assign('/om/')")
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    page.get_by_role("button", name="Neste").click()
    page.wait_for_url(lambda url: steps.SOURCES not in url)


def test_words_in_a_form_without_a_draft_stay_and_are_sent_later(browser_page, mapper):
    page, person = browser_page, situations.a_person()
    address = reverse("desk:protection", args=[person.pk])
    sign_in(page, mapper)
    page.goto(address)
    page.get_by_label("Merknad").fill("Et uforvekslelig ord")
    page.context.set_offline(True)
    for _press in range(3):
        page.get_by_role("button", name="Lagre", exact=True).click()
    says(page, AWAY)
    assert page.get_by_label("Merknad").input_value() == "Et uforvekslelig ord"
    page.context.set_offline(False)
    page.get_by_role("button", name="Lagre", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith(address))
    with keys.ring():
        assert protection.of(Person.objects.get(pk=person.pk))["note"] == "Et uforvekslelig ord"


def test_a_button_pressed_many_times_sends_the_form_once(browser_page, mapper):
    page, person = browser_page, situations.a_person()
    sign_in(page, mapper)
    page.goto(reverse("desk:withdraw", args=[person.pk]))
    page.get_by_label("Alt", exact=False).first.check()
    page.get_by_label("Personen er her nå og sier det").check()
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Trekk tilbake").dblclick()
    page.get_by_role("heading", name="Det er notert").wait_for()
    assert len([url for url in sent if url.endswith(reverse("desk:withdraw", args=[person.pk]))]) == 1


def test_hiding_the_screen_never_waits_for_the_network(browser_page, mapper):
    page = browser_page
    sign_in(page, mapper)
    page.goto(reverse("desk:protection", args=[situations.a_person().pk]))
    page.get_by_label("Merknad").fill("hemmelig")
    page.context.set_offline(True)
    page.get_by_role("button", name="Skjul skjermen").click(no_wait_after=True)
    assert not page.get_by_label("Merknad").is_visible()


def test_a_page_that_came_back_to_be_corrected_is_not_loaded_anew_by_mistake(browser_page, mapper):
    """It is shown once: loaded anew, the words would be gone."""
    page, person = browser_page, situations.a_person()
    sign_in(page, mapper)
    page.goto(reverse("desk:withdraw", args=[person.pk]))
    page.get_by_label("Tidligere", exact=True).check()
    page.get_by_label("Klokkeslett").fill("25.00")
    page.get_by_role("button", name="Trekk tilbake").click()
    page.get_by_role("heading", name="Du må rette").wait_for()
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.get_by_label("Klokkeslett").click()
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Klokkeslett").input_value() == "25.00"
