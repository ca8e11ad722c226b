"""A pytest plug-in that prints the figures of all jobs when the tests have ended, and what was wrong with a walk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.budgets import register

Figures = dict[tuple[str, str], float]
ROW = "  {:<38}{:>8}{:>8}{:>8}  {}"


class Table:
    """Collects what each walk recorded."""

    def __init__(self) -> None:
        self.figures: Figures = {}
        self.faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.faults.append(f"{report.nodeid}\n{report.longreprtext}")
        if report.when == "call":
            for job, counted in report.user_properties:
                assert isinstance(counted, dict)
                self.figures |= {(job, count): figure for count, figure in counted.items()}

    def pytest_unconfigure(self) -> None:
        print("\n\n".join(["", *self.faults, "\n".join(lines(self.figures))]))


def lines(figures: Figures) -> Iterator[str]:
    """The table, with the number of budgets and of those that are kept in the last line."""
    budgets = [budget for budget in register.BUDGETS if budget.most is not None]
    job = ""
    for budget in register.BUDGETS:
        if budget.job != job:
            job = budget.job
            yield ROW.format(job.capitalize(), "counted", "budget", "before", "")[2:]
        figure = figures.get((job, budget.count))
        yield ROW.format(
            budget.count, *map(_number, (figure, budget.most, budget.before)), _verdict(budget, figure)
        ).rstrip()
    yield f"{len(budgets)} budgets, {sum(_kept(budget, figures) for budget in budgets)} kept"


def _kept(budget: register.Budget, figures: Figures) -> bool:
    figure = figures.get((budget.job, budget.count))
    return figure is not None and budget.kept_by(figure)


def _number(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:g}"


def _verdict(budget: register.Budget, figure: float | None) -> str:
    if figure is None:
        return "NOT COUNTED"
    if budget.fault(figure):
        return "PASSED"
    return "" if budget.kept_by(figure) else f"not kept; ceiling {budget.ceiling:g}"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Table())
