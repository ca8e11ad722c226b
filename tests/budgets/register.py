"""Every budget of a job: what is counted, how much it may be, and what it was before it was made shorter.

A ceiling stands where a budget is not kept yet, or where there is none: the figure of today, which may fall and not rise.
Once the budget is kept, its ceiling is taken out by hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """One figure of one job."""

    job: str
    count: str
    # None: counted and shown, and held by a ceiling alone.
    most: float | None
    before: float | None = None
    ceiling: float | None = None
    # Where more is better: rows in sight.
    least: bool = False

    def kept_by(self, figure: float) -> bool:
        return self._within(figure, self.most)

    def fault(self, figure: float) -> str:
        """What is wrong with this figure, in one sentence; nothing where all is well."""
        bound = self.most if self.ceiling is None else self.ceiling
        if bound is None or self._within(figure, bound):
            return ""
        return (
            f"{self.job}, {self.count}: {figure:g}, and {'at least' if self.least else 'at most'} {bound:g} is allowed"
        )

    def _within(self, figure: float, bound: float | None) -> bool:
        if bound is None:
            return True
        return figure >= bound if self.least else figure <= bound


TALK_YES, TALK_YES_REMAND, TALK_NO = "talk, yes to all", "talk on remand, yes to all", "talk, no"
TALK_AGAIN = "second talk, each yes goes on"
TAKING_BACK = "taking everything back"
SHORT, WHOLE, READ_BACK = "interview, the short way", "interview, the whole form", "reading back"
SHARING = "sharing with four"
SUMMARY, SHEET = "partner's summary", "partner's sheets"
WORKLIST = "worklist at 1366 × 768"
PEOPLE_TIME = "talk, short interview, reading back, sharing with four"

CLICKS, LOADS, WORDS, SCREENS, ANSWERS, MINUTES = "clicks", "pages", "words", "screens", "answers", "minutes"
BEFORE_THE_QUESTION = "words before a recipient's question"
BEFORE_MORE, ON_FIRST_PAPER, OUT_OF_SIGHT = (
    "words before more",
    "A4 pages before more",
    "buttons below the first screen",
)
SHEETS, ROWS = "A4 pages in all", "whole rows in sight"
LIX, SENTENCE = "LIX of the hardest page", "words in the longest sentence"

# For who says yes to everything, and for who says no at once; the buttons that turn the pages too.
MOST_WORDS_YES, MOST_WORDS_NO = 1250, 300
MOST_LIX, MOST_WORDS_IN_A_SENTENCE = 25, 20

BUDGETS = (
    Budget(TALK_YES, LOADS, 16, before=17),
    Budget(TALK_YES, CLICKS, 55, before=67, ceiling=81),
    Budget(TALK_YES, WORDS, MOST_WORDS_YES, before=2030),
    Budget(TALK_YES, BEFORE_THE_QUESTION, 45),
    Budget(TALK_YES, LIX, MOST_LIX),
    Budget(TALK_YES, SENTENCE, MOST_WORDS_IN_A_SENTENCE),
    Budget(TALK_YES_REMAND, LOADS, 16),
    Budget(TALK_YES_REMAND, CLICKS, 55, ceiling=65),
    Budget(TALK_YES_REMAND, WORDS, MOST_WORDS_YES, ceiling=1253),
    Budget(TALK_YES_REMAND, BEFORE_THE_QUESTION, 45, ceiling=46),
    Budget(TALK_YES_REMAND, LIX, MOST_LIX),
    Budget(TALK_YES_REMAND, SENTENCE, MOST_WORDS_IN_A_SENTENCE),
    Budget(TALK_AGAIN, LOADS, 8),
    Budget(TALK_AGAIN, CLICKS, 40),
    Budget(TALK_AGAIN, WORDS, 900),
    Budget(TALK_NO, LOADS, 7),
    Budget(TALK_NO, CLICKS, None, ceiling=14),
    Budget(TALK_NO, WORDS, MOST_WORDS_NO),
    Budget(TAKING_BACK, CLICKS, 3, before=3),
    Budget(SHORT, ANSWERS, 25),
    Budget(SHORT, CLICKS, None, ceiling=25),
    Budget(SHORT, LOADS, None, ceiling=4),
    Budget(SHORT, SCREENS, 6),
    Budget(SHORT, WORDS, None, ceiling=804),
    Budget(SHORT, MINUTES, 12),
    Budget(SHORT, LIX, MOST_LIX),
    Budget(SHORT, SENTENCE, MOST_WORDS_IN_A_SENTENCE),
    Budget(WHOLE, ANSWERS, None, before=119, ceiling=120),
    Budget(WHOLE, CLICKS, None, before=165, ceiling=143),
    Budget(WHOLE, LOADS, None, ceiling=13),
    Budget(WHOLE, SCREENS, 18, before=40, ceiling=19),
    Budget(WHOLE, WORDS, None, ceiling=3058),
    Budget(WHOLE, MINUTES, None, ceiling=64),
    Budget(WHOLE, LIX, MOST_LIX, ceiling=34.7),
    Budget(WHOLE, SENTENCE, MOST_WORDS_IN_A_SENTENCE),
    Budget(READ_BACK, WORDS, None, before=1181, ceiling=1181),
    Budget(READ_BACK, SCREENS, None, ceiling=15),
    Budget(READ_BACK, LIX, MOST_LIX),
    Budget(READ_BACK, SENTENCE, MOST_WORDS_IN_A_SENTENCE),
    Budget(SHARING, CLICKS, None, ceiling=9),
    Budget(SHARING, LOADS, None, ceiling=9),
    Budget(SUMMARY, BEFORE_MORE, 150, before=472),
    Budget(SUMMARY, OUT_OF_SIGHT, 0),
    Budget(SUMMARY, WORDS, None, before=472, ceiling=582),
    Budget(SHEET, ON_FIRST_PAPER, 1, before=4),
    Budget(SHEET, SHEETS, None, before=4, ceiling=4),
    Budget(WORKLIST, ROWS, 6, least=True),
    Budget(PEOPLE_TIME, MINUTES, 40, before=105),
)
