"""A real browser against a real server. Without Chromium these tests fail; they are never skipped."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, sync_playwright

from tests.situations import PASSWORD

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {1280: 900, 820: 1180, 320: 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path(*, whole: bool = False) -> str:
    """Debian's Chromium, or the one named by BRIK_CHROMIUM. Fails when there is none.

    Without its windows it takes half the time, so that one comes first unless it must be the ``whole`` of it.
    """
    names = ["chromium", "google-chrome"] if whole else ["chromium-headless-shell", "chromium", "google-chrome"]
    path = os.environ.get("BRIK_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.fail("The browser tests need Chromium: apt install chromium, or set BRIK_CHROMIUM.")
    return path


def start_chromium(playwright: Playwright, *, whole: bool = False, **more: object) -> Browser:
    path = chromium_path(whole=whole)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS, **more)  # type: ignore[arg-type]  # passed on


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright's own event loop runs in this thread; Django would take it for an asynchronous view.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = start_chromium(playwright)
    yield browser
    browser.close()


def _watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what went wrong on it: errors in scripts, and what the content policy stopped."""
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return page, wrong


@contextmanager
def _page(chromium: Browser, base_url: str, **options: object) -> Iterator[Page]:
    # What opens does so at once: while it slides, the buttons in it are cut off, and a click on one may be lost.
    still = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    context = chromium.new_context(base_url=base_url, **still, **options)  # type: ignore[arg-type]  # passed on
    page, wrong = _watched(context)
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def browser_page(chromium: Browser, live_server) -> Iterator[Page]:
    """A page on the live server; fails when a script failed or the content policy stopped something."""
    with _page(chromium, live_server.url) as page:
        yield page


@pytest.fixture
def second_page(chromium: Browser, live_server) -> Iterator[Page]:
    """Another machine: nothing shared with ``browser_page``."""
    with _page(chromium, live_server.url) as page:
        yield page


@pytest.fixture
def plain_page(chromium: Browser, live_server) -> Iterator[Page]:
    """The same with JavaScript off. Never call ``evaluate`` on it."""
    with _page(chromium, live_server.url, java_script_enabled=False) as page:
        yield page


def login(page: Page, staff, password: str = PASSWORD) -> None:
    """Sign in through the login page, as a person does."""
    page.goto("/logg-inn/")
    page.get_by_label("Brukernavn").fill(staff.username)
    page.get_by_label("Passord").fill(password)
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url(lambda url: "/logg-inn/" not in url)


def sign_in(page: Page, staff) -> None:
    """A session without the login page, which has tests of its own; no page is opened yet."""
    client = Client()
    client.force_login(staff)
    cookies = [
        {"name": name, "value": cookie.value, "domain": "localhost", "path": "/"}
        for name, cookie in client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # its type of a cookie is private


def unfold(page: Page, field: Locator) -> Locator:
    """The same field, once the part of an area that it is folded into is open."""
    field.first.wait_for(state="attached")
    folded = page.locator("details.brik-more:not([open])", has=field)
    if folded.count():
        folded.locator("summary").click()
    return field


def question(page: Page, words: str) -> Locator:
    """The group of answers to a question, folded or not."""
    return unfold(page, page.get_by_role("group", name=words, include_hidden=True))


def violations(page: Page) -> list[str]:
    """What axe finds: rule, and where."""
    # Straight to the browser: Playwright would read through half a megabyte twice before sending it.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    session.detach()
    found = page.evaluate(
        "async tags => (await axe.run({runOnly: tags, resultTypes: ['violations']})).violations"
        ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '))",
        AXE_TAGS,
    )
    return list(found)


def assert_accessible(page: Page) -> None:
    """WCAG 2.2 AA as far as a machine can see it: no violations, and no sideways scrolling at 320 px."""
    assert (found := violations(page)) == [], found
    assert_reflows(page)


def assert_reflows(page: Page, width: int = 320) -> None:
    """Nothing is lost and nothing scrolls sideways at 320 px, which is 1280 px zoomed to 400 %."""
    before = page.viewport_size or {"width": 1280, "height": 900}
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    assert wide <= width, f"{wide} px wide at {width} px"


def shoot(page: Page, name: str, widths: dict[int, int] | None = None) -> list[Path]:
    """Pictures for the eye, at each width; kept where BRIK_SHOTS says, otherwise none are taken."""
    folder = os.environ.get("BRIK_SHOTS")
    if not folder:
        return []
    Path(folder).mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^a-z0-9-]", "-", name.lower())
    before, taken = page.viewport_size, []
    for width, height in (widths or WIDTHS).items():
        page.set_viewport_size({"width": width, "height": height})
        taken.append(Path(folder) / f"{safe}-{width}.png")
        page.screenshot(path=taken[-1], full_page=True)
    if before:
        page.set_viewport_size(before)
    return taken


def focused(page: Page) -> str:
    """The accessible words of what has the keyboard, for tests of the order of things."""
    words = "JSON.stringify((document.activeElement.innerText || document.activeElement.name || '').trim())"
    return str(json.loads(page.evaluate(words)))
