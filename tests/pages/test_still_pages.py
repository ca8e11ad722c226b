"""A page that is drawn does not move: not when its letters come late, and not when something is said of saving."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse
from playwright.sync_api import Route

from brik.staff.models import Role
from consent.record import steps
from tests import situations
from tests.browser import WIDTHS, sign_in, unfold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]

# A visitor notices from here on (web.dev, "Cumulative Layout Shift": 0.1 is the limit of good, 0.05 half of it).
MOST = 0.05
# Every shift since the page began, but those that follow a key or a click.
SHIFT = """() => new Promise(done => {
  new PerformanceObserver(list => {
    let sum = 0;
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    window.shifted = (window.shifted || 0) + sum;
  }).observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(window.shifted || 0), 300));
})"""
WIDTH_OF_WORDS = """() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector("h1"));
  return range.getBoundingClientRect().width;
}"""
TOP = "document.querySelector('main').getBoundingClientRect().top"


@pytest.fixture
def mapper():
    situations.publish_texts()
    situations.all_recipients()
    mapper = situations.an_account(Role.MAPPER)
    for number in range(12):
        situations.a_person(at=mapper.current_posts[0].unit, family=f"Testesen-{number}")
    return mapper


def addresses(mapper):
    unit = mapper.current_posts[0].unit
    person = situations.a_person(at=unit)
    mapping = situations.an_interview(mapper, person)
    talk = situations.a_talk(situations.a_person(at=unit), mapper, stop_before=steps.READ_BACK)
    sources = situations.a_talk(situations.a_person(at=unit), mapper, stop_before=steps.SOURCES)
    return {
        "worklist": reverse("desk:worklist"),
        "person": reverse("desk:person", args=[person.pk]),
        "area": reverse("mapping:area", kwargs={"mapping": mapping.pk, "step": "C"}),
        "talk": reverse("desk:talk", args=[sources.pk, steps.SOURCES]),
        "read back": reverse("desk:talk", args=[talk.pk, steps.READ_BACK]),
    }


def late(route):
    """The letters are a second on their way."""
    time.sleep(1)
    route.continue_()


@pytest.mark.parametrize("how", ["at once", "late"])
def test_no_page_moves_while_it_loads(browser_page, mapper, how):
    page = browser_page
    sign_in(page, mapper)
    if how == "late":
        page.route("**/*.woff2", late)
    for name, address in addresses(mapper).items():
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            assert page.evaluate(SHIFT) < MOST, (name, width)


def test_a_page_that_moves_is_found(browser_page, mapper):
    """What finds nothing on our pages would find it if it were there."""
    sign_in(browser_page, mapper)
    browser_page.goto(reverse("desk:worklist"))
    browser_page.evaluate("document.querySelector('main').style.marginTop = '300px'")
    assert browser_page.evaluate(SHIFT) > MOST


def sayings(page):
    """All that is ever said of saving, as it stands in the page."""
    said = page.evaluate("Object.entries(document.querySelector('[data-texts]').dataset)")
    return ["", *(text for name, text in said if name.startswith("says")), "Lagret kl. 10.42. 2 svar må rettes."]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_is_said_of_saving_moves_nothing_at_any_width(browser_page, mapper, language):
    page, places = browser_page, addresses(mapper)
    sign_in(page, mapper)
    page.context.add_cookies([{"name": "django_language", "value": language, "domain": "localhost", "path": "/"}])
    for name in ("area", "talk", "read back"):
        page.goto(places[name])
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            tops = {}
            for text in sayings(page):
                page.evaluate("text => { document.querySelector('[data-saved]').textContent = text; }", text)
                tops[text] = page.evaluate(TOP)
            assert len(set(tops.values())) == 1, (name, width, tops)


def test_the_next_field_stays_under_the_finger_when_one_is_changed(browser_page, mapper):
    page = browser_page
    sign_in(page, mapper)
    places = addresses(mapper)
    for name, changed in (("area", "Eide"), ("talk", "Nei")):
        page.goto(places[name])
        page.set_viewport_size({"width": 820, "height": 1180})
        button = page.locator("main form button[type=submit]:visible").last
        before = button.bounding_box()
        unfold(page, page.get_by_label(changed, exact=True)).first.check()
        page.locator("[data-saved]", has_text="agre").wait_for()
        after = button.bounding_box()
        # What the answer opens stands below it; the page's top is where it was.
        assert page.evaluate(TOP) == page.evaluate(TOP)
        assert name == "area" or (before["y"] == after["y"]), name


def test_the_button_that_prints_has_its_place_from_the_start(browser_page, plain_page, mapper):
    address = addresses(mapper)["read back"]
    for page in (browser_page, plain_page):
        sign_in(page, mapper)
    browser_page.route("**/brik.js", lambda route: route.abort())
    browser_page.goto(address)
    without = browser_page.evaluate(TOP)
    assert browser_page.get_by_role("button", name="Skriv ut").is_visible()
    browser_page.unroute("**/brik.js")
    browser_page.goto(address)
    assert browser_page.evaluate(TOP) == without
    plain_page.goto(address)
    assert plain_page.get_by_role("button", name="Skriv ut").count() == 0, "without a script it would do nothing"


def test_letters_that_come_late_are_not_put_in_afterwards(browser_page, mapper):
    page = browser_page
    waiting: list[Route] = []
    sign_in(page, mapper)

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/*.woff2", hold)
    page.goto(reverse("desk:worklist"), wait_until="domcontentloaded")
    # Longer than a browser waits for letters before it draws others.
    page.wait_for_timeout(1000)
    before = page.evaluate(WIDTH_OF_WORDS)
    for route in waiting:
        route.continue_()
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(200)
    assert waiting
    assert page.evaluate(WIDTH_OF_WORDS) == before
