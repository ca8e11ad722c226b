"""Counts in a browser what somebody does: pages that are loaded, presses, fields that are typed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from brik.staff.models import Organisation
from tests.budgets import counting

# A press is counted once, whatever it activates. Who types in a field has gone to it: by a press or a key. Loading is told
# when the page's own scripts have run.
COUNTING = """
  let pressed = false;
  addEventListener("pointerdown", event => {
    if (!event.isTrusted) return;
    pressed = true;
    countedPress("");
  }, true);
  addEventListener("focusin", event => {
    const field = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])");
    if (field && !pressed) countedPress("");
    if (event.target.matches("textarea")) countedText("");
    pressed = false;
  }, true);
  addEventListener("DOMContentLoaded", () => setTimeout(() => {
    const main = document.querySelector("main");
    if (main) countedLoad({
      address: location.pathname,
      html: main.outerHTML,
      seen: main.innerText,
      height: document.documentElement.scrollHeight,
    });
  }));
"""


@dataclass(frozen=True)
class Load:
    """One page as it came."""

    address: str
    html: str
    # What stands there before anything is unfolded.
    seen: str
    height: int

    @property
    def words(self) -> int:
        """Folded or not."""
        return len(counting.words_of(self.html))

    @property
    def words_seen(self) -> int:
        return len(counting.words(self.seen.replace("\u00ad", "")))

    @property
    def lines(self) -> list[str]:
        return counting.lines_of(self.html)


class Tally:
    """What has happened on one page of a browser since ``begin``."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.loads: list[Load] = []
        self.clicks = 0
        self.texts = 0
        self._names: list[str] = []
        page.expose_binding("countedPress", self._press)
        page.expose_binding("countedText", self._text)
        page.expose_binding("countedLoad", self._load)
        page.add_init_script(COUNTING)

    def begin(self) -> None:
        # What the page in sight still had to tell has been told by then.
        self._page.evaluate("new Promise(done => setTimeout(done))")
        self.loads, self.clicks, self.texts = [], 0, 0

    def know(self, *names: str) -> None:
        """These names, and those of all recipients, are one word each."""
        known = [*names, *Organisation.objects.values_list("name", flat=True)]
        self._names = sorted(known, key=len, reverse=True)

    def _press(self, source: Any, told: str) -> None:
        self.clicks += 1

    def _text(self, source: Any, told: str) -> None:
        self.texts += 1

    def _load(self, source: Any, told: dict[str, Any]) -> None:
        for name in self._names:
            told["html"], told["seen"] = (told[what].replace(name, "navn") for what in ("html", "seen"))
        self.loads.append(Load(**told))
