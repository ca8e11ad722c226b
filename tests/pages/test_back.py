"""Browser Back on a shared machine, over HTTPS and with the browser's memory of whole pages on, as people have it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session

from brik.staff.models import Role
from tests import situations, tls
from tests.browser import login, start_chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "uforvekslelig hemmelighet"
CASE = "Ola T."


@pytest.fixture
def remembering(playwright, live_server, settings, tmp_path):
    """A page maker whose browser keeps whole pages for Back and Forward, which Playwright switches off."""
    browser = start_chromium(playwright, whole=True, ignore_default_args=["--disable-back-forward-cache"])
    with tls.in_front_of(urlsplit(live_server.url).port, tmp_path) as url:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        forwarded = {"X-Forwarded-Proto": "https"}

        def page(**options):
            context = browser.new_context(
                base_url=url, ignore_https_errors=True, extra_http_headers=forwarded, **options
            )
            context.set_default_timeout(10_000)
            return context.new_page()

        yield page
        browser.close()


@pytest.fixture
def officer():
    return situations.an_account(Role.MAPPER)


def everything_shown(page):
    page.wait_for_load_state()
    fields = [field.input_value() for field in page.locator("input, textarea").all()]
    return " ".join([page.title(), page.locator("body").inner_text(), *fields])


def leave_and_come_back(page, address):
    """Mark the page as it is, leave it, go back, and tell what the body holds then."""
    page.goto(address)
    page.evaluate("document.body.append('as it was')")
    page.goto("about:blank")
    page.go_back(wait_until="commit")
    page.wait_for_timeout(1500)
    return page.locator("body").inner_text()


def test_without_protection_this_browser_does_show_a_page_that_was_not_to_be_kept(sample, remembering):
    """The control, which proves that the others could fail."""
    assert "as it was" in leave_and_come_back(remembering(), "/prove/uten-vern/")


def test_our_script_has_a_page_from_the_browsers_memory_asked_for_anew(sample, remembering):
    shown = leave_and_come_back(remembering(), "/prove/uten-vern/?skript=1")
    assert "as it was" not in shown
    assert "Siden er her" in shown


def test_back_after_the_session_has_ended_elsewhere_shows_nothing(sample, remembering, officer):
    page = remembering()
    login(page, officer)
    page.goto("/prove/oversikt/")
    page.goto("about:blank")
    Session.objects.all().delete()
    page.go_back()
    page.get_by_role("heading", name="Logg inn").wait_for()
    assert CASE not in everything_shown(page)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("address", ["/prove/oversikt/", "/prove/steg/"])
def test_back_after_logout_shows_nothing(sample, remembering, officer, scripts, address):
    page = remembering(java_script_enabled=scripts)
    login(page, officer)
    page.goto(address)
    if "steg" in address:
        page.get_by_label("Et vanlig felt").fill(SECRET)
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/logget-ut/")
    page.get_by_role("heading", name="Du er logget ut").wait_for()
    for _step in range(4):
        page.go_back()
        shown = everything_shown(page)
        assert SECRET not in shown
        assert CASE not in shown
        assert officer.name not in shown


@pytest.mark.parametrize("scripts", [True, False])
def test_the_next_person_at_the_machine_does_not_get_what_the_last_one_typed(sample, remembering, officer, scripts):
    page = remembering(java_script_enabled=scripts)
    login(page, officer)
    page.goto("/prove/steg/")
    page.get_by_label("Et vanlig felt").fill(SECRET)
    page.get_by_label("Vil du si noe mer om bolig?").fill(SECRET)
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/logget-ut/")
    page.get_by_role("heading", name="Du er logget ut").wait_for()
    login(page, situations.an_account(Role.MAPPER))
    for _step in range(6):
        page.go_back()
        page.wait_for_load_state()
        if page.url.endswith("/prove/steg/"):
            break
    page.get_by_role("heading", name="Bolig", exact=True).wait_for()
    assert SECRET not in everything_shown(page)


def test_back_from_a_hidden_screen_shows_nothing(sample, remembering, officer):
    page = remembering()
    login(page, officer)
    page.goto("/prove/oversikt/")
    page.get_by_role("button", name="Skjul skjermen").click()
    page.get_by_role("heading", name="Skjermen er skjult").wait_for()
    assert page.title() == "BRIK"
    for _step in range(2):
        page.go_back()
        page.get_by_role("heading", name="Skjermen er skjult").wait_for()
        shown = everything_shown(page)
        assert CASE not in shown
        assert officer.name not in shown
