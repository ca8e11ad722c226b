"""The choice on the turned screen."""

from __future__ import annotations

from django.http import QueryDict

from brik.pages.forms import MultiChoice, PageForm
from brik.slips.slip_words import SlipWords
from brik.slips.topics import Topic

NO_SLIP = "INGEN_LAPP"


class SlipForm(PageForm):
    """All topics, and not to send anything. Only shown: what is sent is read by :func:`chosen` and is never wrong."""

    marks = "none"

    def __init__(self, words: SlipWords) -> None:
        super().__init__()
        choices = [*words.topics.items(), (NO_SLIP, words.no_slip)]
        self.fields["topics"] = MultiChoice(
            label=words.choose, choices=choices, exclusive=[NO_SLIP], required=False, hint=""
        )


def chosen(posted: QueryDict) -> list[Topic]:
    """The topics that were sent. Where not to send anything is among them, that holds: nothing leaves against a no."""
    codes = posted.getlist("topics")
    return [] if NO_SLIP in codes else [topic for topic in Topic if topic in codes]
