"""What is done at a desk, counted: the worklist, sharing an interview, and a partner's one page."""

from __future__ import annotations

from io import BytesIO

from playwright.sync_api import Page
from pypdf import PdfReader

from brik.mapping.models import Mapping
from tests.budgets import register as of
from tests.budgets.counting import words_of
from tests.budgets.tally import Tally
from tests.sharing.one_page import before_more

ROWS = (
    "[...document.querySelectorAll('tbody tr')].filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
)
RECIPIENTS = 4
# The first sheet says all that comes first; the next begins with this.
REST = "Samtykket og kartleggingen"


def worklist(page: Page) -> dict[str, float]:
    """On the screen of a small office."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/arbeidsliste/")
    rows = page.evaluate(ROWS)
    if before:
        page.set_viewport_size(before)
    return {of.ROWS: rows}


def sharing(page: Page, tally: Tally, mapping: Mapping) -> dict[str, float]:
    """Recipients that may be told something now: each message looked at and shared, from the person's page."""
    page.goto(f"/personer/{mapping.person_id}/")
    tally.begin()
    page.locator(f'main a[href="/personer/{mapping.person_id}/deling/"]').first.click()
    ready = page.get_by_role("region", name="Kan deles nå").get_by_role("link")
    for _ in range(RECIPIENTS):
        ready.first.click()
        page.locator("button[value=share]").click()
        page.wait_for_url("**/deling/")
    return {of.CLICKS: tally.clicks, of.LOADS: len(tally.loads)}


def summary(page: Page, disclosure: object) -> dict[str, float]:
    """What a partner reads before anything is unfolded, and whether printing and answering are in sight."""
    page.goto(f"/innboks/{disclosure}/")
    buttons = [page.get_by_role("link", name="Skriv ut"), page.get_by_role("heading", name="Svar", exact=True)]
    boxes = [button.bounding_box() for button in buttons]
    height = page.evaluate("innerHeight")
    below = [box for box in boxes if box is None or box["y"] + box["height"] > height]
    return {
        of.BEFORE_MORE: len(before_more(page.content())),
        of.OUT_OF_SIGHT: len(below),
        of.WORDS: len(words_of(page.content())),
    }


def sheets(page: Page, disclosure: object) -> dict[str, float]:
    """The same on paper."""
    page.goto(f"/innboks/{disclosure}/")
    address = page.get_by_role("link", name="Skriv ut").get_attribute("href")
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.request.get(address or "").body())).pages]
    first = next(number for number, text in enumerate(texts) if text.strip().startswith(REST))
    return {of.ON_FIRST_PAPER: first, of.SHEETS: len(texts)}
