"""Somebody comes in while an officer types: the screen is hidden, and the words are there afterwards."""

import pytest

from brik.people import protection
from brik.people.models import Person
from brik.vault import keys
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.situations import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
WORD = "Skal ikke ha besøk i helgene"


@pytest.fixture
def mapper():
    return situations.an_account()


@pytest.fixture
def address(mapper):
    return f"/personer/{situations.a_person(at=mapper.current_posts[0].unit).pk}/hensyn/"


def hide(page):
    page.get_by_role("button", name="Skjul skjermen").click()
    page.get_by_role("heading", name="Skjermen er skjult").wait_for()


def come_back(page):
    """Give the password in another tab, as the held page says."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Vis skjermen i en ny fane").click()
    tab = opened.value
    tab.get_by_label("Passord").fill(PASSWORD)
    tab.get_by_role("button", name="Vis skjermen").click()
    tab.get_by_role("heading", name="Restriksjoner og adressegradering").wait_for()
    tab.close()
    page.get_by_role("button", name="Vis det jeg skrev").click()


@pytest.mark.parametrize("kind", ["browser_page", "plain_page"])
def test_words_typed_before_the_screen_was_hidden_are_there_afterwards(request, mapper, address, kind):
    page = request.getfixturevalue(kind)
    sign_in(page, mapper)
    page.goto(address)
    page.get_by_label("Merknad").fill(WORD)
    page.get_by_label("Fortrolig", exact=True).check()
    hide(page)
    assert WORD not in page.locator("body").inner_text()
    if kind == "browser_page":
        assert_accessible(page)
        shoot(page, "holdt")
    come_back(page)
    assert page.get_by_label("Merknad").input_value() == WORD
    assert page.get_by_label("Fortrolig", exact=True).is_checked()
    # Hidden once more, with nothing typed since: what stands on the page is still saved nowhere else.
    hide(page)
    come_back(page)
    assert page.get_by_label("Merknad").input_value() == WORD
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("heading", name="Lagret").wait_for()
    with keys.ring():
        assert protection.of(Person.objects.get())["note"] == WORD


def test_a_page_where_nothing_is_typed_is_hidden_and_comes_back_by_itself(browser_page, mapper, address):
    sign_in(browser_page, mapper)
    browser_page.goto(address)
    hide(browser_page)
    browser_page.get_by_label("Passord").fill(PASSWORD)
    browser_page.get_by_role("button", name="Vis skjermen").click()
    browser_page.get_by_role("heading", name="Restriksjoner og adressegradering").wait_for()


def test_of_two_forms_the_one_typed_in_goes_along(browser_page, mapper, address):
    sign_in(browser_page, mapper)
    browser_page.goto(address.replace("hensyn", "kjent-som"))
    browser_page.get_by_label("Navn", exact=True).fill("Kallenavnet")
    hide(browser_page)
    assert browser_page.locator("input[name=alias]").get_attribute("value") == "Kallenavnet"
