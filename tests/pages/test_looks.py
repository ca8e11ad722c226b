"""Sample pages in a real browser: accessible, reflowing, and pictures for the eye."""

import pytest

from brik.staff.models import Role
from tests import situations
from tests.browser import assert_accessible, assert_reflows, login, shoot, sign_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "step": "/prove/steg/",
    "hub": "/prove/oversikt/",
    "worklist": "/prove/liste/",
    "consent": "/prove/samtykke/",
    "consent-arabic": "/prove/samtykke/?sprak=ar",
    "upload": "/prove/opplasting/",
    "about": "/om/",
    "nothing": "/",
    "logout": "/logg-ut/",
    "403": "/prove/feil/403/",
    "404": "/ingen/slik/side/",
    "500": "/prove/feil/500/",
    "503": "/prove/feil/503/",
}


def test_every_kind_of_page_is_accessible_and_reflows(sample, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER))
    for name, address in PAGES.items():
        browser_page.goto(address)
        assert_accessible(browser_page)
        shoot(browser_page, name)


def test_a_page_with_a_known_fault_is_found(browser_page):
    """What finds nothing on our own pages would find it if it were there."""
    browser_page.goto("/logg-inn/")
    browser_page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    browser_page.evaluate("document.body.style.minWidth = '900px'")
    assert [found for found in violations(browser_page) if found.startswith("label:")]
    with pytest.raises(AssertionError, match="900 px wide at 320 px"):
        assert_reflows(browser_page)


def test_pages_with_errors_are_accessible(sample, browser_page):
    sign_in(browser_page, situations.an_account(Role.MAPPER))
    for name in ("step", "consent", "upload"):
        browser_page.goto(PAGES[name])
        if name == "step":
            browser_page.get_by_label("Nei", exact=True).first.check()
        browser_page.locator("main button[type=submit]").first.click()
        browser_page.get_by_role("heading", name="Du må rette").wait_for()
        assert_accessible(browser_page)
        shoot(browser_page, f"{name}-errors")


def test_the_pages_before_and_after_a_session_are_accessible(browser_page):
    browser_page.goto("/logg-inn/?next=/om/")
    assert_accessible(browser_page)
    shoot(browser_page, "login")
    browser_page.get_by_role("button", name="Logg inn").click()
    browser_page.get_by_role("heading", name="Du må rette").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "login-errors")
    login(browser_page, situations.an_account(Role.MAPPER))
    browser_page.get_by_role("button", name="Skjul skjermen").click()
    browser_page.get_by_role("heading", name="Skjermen er skjult").wait_for()
    assert_accessible(browser_page)
    shoot(browser_page, "hidden")
    browser_page.goto("/logget-ut/")
    assert_accessible(browser_page)
    shoot(browser_page, "logged-out")
