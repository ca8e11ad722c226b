"""In a real browser: the interview is done, the screen is turned, and one question is answered by one press."""

import pytest
from playwright.sync_api import expect

from brik.definitions import languages
from brik.mapping.models import Mapping, VoluntarinessCount
from brik.mapping.voluntariness import question_words
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in
from tests.situations import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]


def test_from_the_interview_over_the_turned_screen_and_back_with_the_password(browser_page):
    page = browser_page
    mapper, someone = situations.a_mapper_and_a_person()
    mapping = situations.a_signed_off_interview(mapper, someone)
    sign_in(page, mapper)
    page.goto(f"/kartlegging/{mapping.pk}/les/")
    assert_accessible(page)
    shoot(page, "si-nei-ferdig")
    page.get_by_role("link", name="Snu skjermen").click()
    page.get_by_role("heading", level=1, name="Følte du at du kunne si nei?").wait_for()
    assert_accessible(page)
    assert_reflows(page)
    shoot(page, "si-nei")
    buttons = page.locator("main button[name=answer]")
    expect(buttons).to_have_text(["Ja", "Nei", "Vil ikke svare"])
    boxes = [box for button in buttons.all() if (box := button.bounding_box())]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1
    page.get_by_role("button", name="Nei", exact=True).click()
    page.get_by_role("heading", level=1, name="Takk").wait_for()
    assert_accessible(page)
    shoot(page, "si-nei-takk")
    page.get_by_role("button", name=f"Gi skjermen til {mapper.name}").click()
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Vis skjermen").click()
    page.get_by_role("heading", level=1, name=someone.name).wait_for()
    assert VoluntarinessCount.objects.values_list("could", "could_not").get() == (0, 1)


def test_in_every_language_without_a_script(plain_page, browser_page):
    mapper, someone = situations.a_mapper_and_a_person()
    mapping = situations.a_signed_off_interview(mapper, someone)
    sign_in(browser_page, mapper)
    sign_in(plain_page, mapper)
    for language in languages.CODES:
        Mapping.objects.filter(pk=mapping.pk).change(language=language)
        words = question_words.definition().words[language]
        browser_page.goto(f"/kartlegging/{mapping.pk}/til-slutt/")
        expect(browser_page.locator("html")).to_have_attribute("lang", language)
        assert_accessible(browser_page)
        shoot(browser_page, f"si-nei-{language}")
        plain_page.goto(f"/kartlegging/{mapping.pk}/til-slutt/")
        plain_page.get_by_role("button", name=words.skip, exact=True).click()
        plain_page.get_by_role("heading", level=1, name=words.done_title).wait_for()
    assert VoluntarinessCount.objects.values_list("could", "could_not").get() == (0, 0)
