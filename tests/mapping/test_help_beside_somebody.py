"""The page for help while the person looks on: small, calm, with the telephone, and back to the very question."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from brik.definitions import help_numbers
from brik.mapping.questionnaire import catalogue
from brik.people.models import LegalStatus
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in
from tests.mapping.pages import opened, send, sent_fields, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
TELLING = "skade seg selv eller ta sitt eget liv"


def place(area, link_id):
    return f"#id_{area}-{link_id}"


@pytest.mark.parametrize(
    ("status", "area", "link_id"), [(LegalStatus.CONVICTED, "G", "G5"), (LegalStatus.REMAND, "VD", "VD2")]
)
def test_the_way_back_leads_to_the_question(client, status, area, link_id):
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper, situations.a_person(status=status))
    client.force_login(mapper)
    page = client.get(url("help", mapping, step=area)).content.decode()
    assert f'href="{url("area", mapping, step=area)}{place(area, link_id)}"' in page
    assert f'id="{place(area, link_id)[1:]}"' in client.get(url("area", mapping, step=area)).content.decode()


def test_the_way_back_with_what_could_not_be_saved_leads_there_too(client, colleague):
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper, situations.a_person())
    client.force_login(mapper)
    page = opened(client, mapping, "G")
    send(client, mapping, "G", G1="GOD")
    html = send(client, mapping, "G", page=page, G5="JA", G6="Et uforvekslelig ord").content.decode()
    assert f'action="{url("area", mapping, step="G")}{place("G", "G5")}"' in html
    back = sent_fields(html.replace("<form method", "data-autosave=<form method"))
    assert back["G-G6"] == "Et uforvekslelig ord"


def test_an_area_without_such_a_question_leads_back_to_its_page(client):
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper, situations.a_person())
    client.force_login(mapper)
    assert not any(question.immediate_help for question in catalogue.get("domfelt").area("C").questions)
    page = client.get(url("help", mapping, step="C")).content.decode()
    assert f'href="{url("area", mapping, step="C")}"' in page


@pytest.mark.browser
def test_the_page_is_short_and_what_frightens_is_folded(browser_page):
    page, mapper = browser_page, situations.an_account()
    mapping = situations.an_interview(mapper, situations.a_person())
    sign_in(page, mapper)
    numbers = help_numbers.load(settings.HELP_NUMBERS).of(mapping.unit.number)
    for width, height in ((1280, 900), (820, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url("help", mapping, step="G"))
        box = page.locator(".brik-help").bounding_box()
        assert box["width"] * box["height"] < width * height / 2
        largest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
        )
        assert largest <= 20, "nothing is read across the table"
        for number in numbers:
            telephone = page.locator(".brik-help").get_by_text(number.number, exact=True)
            assert telephone.bounding_box()["y"] < height, "the telephone is in sight without scrolling"
        assert not page.get_by_text(TELLING).is_visible()
    assert_accessible(page)
    page.get_by_text("Hva du sier og spør om").click()
    expect(page.get_by_text(TELLING)).to_be_visible()
    page.get_by_text("Etter samtalen på telefon").click()
    assert_accessible(page)
    assert_reflows(page)
    shoot(page, "hjelp-ved-siden-av")


@pytest.mark.browser
def test_one_comes_back_to_the_question_one_left(browser_page):
    page, mapper = browser_page, situations.an_account()
    mapping = situations.an_interview(mapper, situations.a_person())
    sign_in(page, mapper)
    # So low that the question is not in sight at first.
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(url("area", mapping, step="G"))
    page.get_by_role("group", name="Har du det så vanskelig").get_by_label("Ja", exact=True).check()
    page.wait_for_url("**/hjelp/")
    page.get_by_role("link", name="Tilbake til svarene").click()
    question = page.get_by_role("group", name="Har du det så vanskelig")
    question.wait_for()
    page.wait_for_load_state()
    assert 0 <= question.bounding_box()["y"] < 450
    assert page.evaluate("scrollY") > 0
