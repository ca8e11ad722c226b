"""The budgets say what they mean, and what is counted is what is read."""

import pytest

from tests.budgets import counting, table
from tests.budgets.register import BUDGETS, Budget

KEPT = Budget("talk", "words", 100)
NOT_KEPT = Budget("talk", "clicks", 10, ceiling=20)
ROWS = Budget("worklist", "rows", 6, least=True)


def test_each_count_of_a_job_has_one_budget_or_a_ceiling():
    assert len({(budget.job, budget.count) for budget in BUDGETS}) == len(BUDGETS)
    assert [budget for budget in BUDGETS if budget.most is None and budget.ceiling is None] == []


@pytest.mark.parametrize(
    ("budget", "figure", "kept", "fault"),
    [
        (KEPT, 100, True, ""),
        (KEPT, 101, False, "talk, words: 101, and at most 100 is allowed"),
        (NOT_KEPT, 20, False, ""),
        (NOT_KEPT, 21, False, "talk, clicks: 21, and at most 20 is allowed"),
        (ROWS, 6, True, ""),
        (ROWS, 5, False, "worklist, rows: 5, and at least 6 is allowed"),
        (Budget("talk", "pages", None, ceiling=3), 4, True, "talk, pages: 4, and at most 3 is allowed"),
    ],
)
def test_a_figure_keeps_its_budget_or_stays_below_the_ceiling(budget, figure, kept, fault):
    assert (budget.kept_by(figure), budget.fault(figure)) == (kept, fault)


def test_the_last_line_counts_the_budgets_and_those_that_are_kept():
    most = [budget for budget in BUDGETS if budget.most is not None]
    figures: table.Figures = {(budget.job, budget.count): 0 for budget in BUDGETS}
    *_, last = table.lines(figures)
    assert last == f"{len(most)} budgets, {len(most) - sum(budget.least for budget in most)} kept"
    *rows, last = table.lines({})
    assert last == f"{len(most)} budgets, 0 kept"
    assert sum("NOT COUNTED" in row for row in rows) == len(BUDGETS)


def test_what_is_folded_is_counted_and_what_nobody_sees_is_not():
    page = (
        "<main><p>To ord</p><details><summary>Mer</summary>Her er fire ord</details>"
        "<p hidden>Ikke dette</p><p class='ds-sr-only'>Eller dette</p><button>Neste</button> 3. mars 2026</main>"
    )
    assert counting.words_of(page) == ["To", "ord", "Mer", "Her", "er", "fire", "ord", "Neste", "dato"]


def test_a_sentence_ends_with_its_paragraph():
    page = "<main><h1>Samtalen</h1><ul><li>Vi spør. Du svarer <b>ja</b> eller nei</li><li>Til slutt</li></ul></main>"
    assert counting.lines_of(page) == ["Samtalen", "Vi spør. Du svarer ja eller nei", "Til slutt"]
    assert counting.longest_sentence(counting.lines_of(page)) == "Du svarer ja eller nei"


def test_human_time_is_reading_thinking_typing_and_pressing():
    assert counting.minutes(read=260, questions=6, texts=4, clicks=30) == 2 + 1 + 3 + 1
