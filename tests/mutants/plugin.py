"""For pytest: runs each named test as it is, then once for each of its protections with that one taken out.

What is chosen stands in ``BRIK_MUTANTS``, a file of JSON; what was seen is written into it. ``BRIK_MUTANTS_OUT`` is where
each outcome is told as it comes: pytest and the tests have the usual channels.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from enum import Enum
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from django.db import connection

from tests.mutants.code_swap import NothingTakenOutError, taken_out
from tests.mutants.protection import Edit, Protection, Rule
from tests.mutants.protections import EVERY


class Outcome(Enum):
    """What became of a protection that was taken out."""

    SEEN = "seen"
    UNSEEN = "NOT SEEN"
    BROKEN = "NOT SEEN, the test does not start"
    GONE = "NOT FOUND"


class Beside:
    """In place of the next test, which may be the same again: what its file needs stays, and nothing of its own."""

    def __init__(self, item: pytest.Item) -> None:
        self._file = item.parent

    def listchain(self) -> list:
        return self._file.listchain() if self._file else []


class Turn(NamedTuple):
    """One test that is run, with a protection taken out or with everything in place."""

    item: pytest.Item
    without: Protection | None


_reports: list[pytest.TestReport] = []


def chosen() -> list[Protection]:
    """The protections of this process, those of one test file together."""
    names = set(json.loads(Path(os.environ["BRIK_MUTANTS"]).read_text()))
    return sorted((one for one in EVERY if one.name in names), key=lambda one: one.test)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _reports.append(report)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """In place of pytest's own loop."""
    turns = list(_turns(session.items))
    following = [after for _, after in pairwise(turns)] + [None]
    seen, healthy = [], True
    plan = zip(turns, following, strict=True)
    for without, same in groupby(plan, key=lambda pair: pair[0].without):
        began = time.monotonic()
        outcome = _run(without, [(turn.item, Beside(after.item) if after else None) for turn, after in same])
        if without is None:
            healthy = healthy and outcome is Outcome.UNSEEN
            if outcome is not Outcome.UNSEEN:
                _tell(f"RED with everything in place: {_red()}")
            continue
        _tell(f"{outcome.value} {time.monotonic() - began:6.2f} s  {without.name}  ({without.test})")
        if outcome is Outcome.SEEN:
            seen.append(without.name)
    Path(os.environ["BRIK_MUTANTS"]).write_text(json.dumps(seen if healthy else []))
    return True


def _turns(items: list[pytest.Item]) -> Iterator[Turn]:
    """File by file: its tests as they are, then for each protection the tests that it names."""
    for file, protections in groupby(chosen(), key=lambda one: one.test.partition("::")[0]):
        of_file = [item for item in items if item.nodeid.startswith(f"{file}::")]
        yield from (Turn(item, None) for item in of_file)
        for one in protections:
            yield from (
                Turn(item, one) for item in of_file if item.nodeid == one.test or item.nodeid.startswith(f"{one.test}[")
            )


def _run(without: Protection | None, tests: list[tuple[pytest.Item, Beside | None]]) -> Outcome:
    _reports.clear()
    try:
        with _without(without):
            _run_each(tests)
    except NothingTakenOutError:
        # All the same: with the last of them goes what its file needs, which would stand in the way of the next file.
        _run_each(tests)
        return Outcome.GONE
    if any(report.failed for report in _reports if report.when == "call"):
        return Outcome.SEEN
    return Outcome.BROKEN if any(report.failed for report in _reports) else Outcome.UNSEEN


def _run_each(tests: list[tuple[pytest.Item, Beside | None]]) -> None:
    for item, following in tests:
        # In a context of its own: what a protection would have cleaned up stays behind for nobody.
        copy_context().run(item.config.hook.pytest_runtest_protocol, item=item, nextitem=following)


def _without(protection: Protection | None) -> AbstractContextManager[None]:
    if protection is None:
        return nullcontext()
    return taken_out(protection) if isinstance(protection, Edit) else _lifted(protection)


@contextmanager
def _lifted(rule: Rule) -> Iterator[None]:
    _execute(rule.off)
    try:
        yield
    finally:
        _execute(rule.on)


def _execute(statement: str) -> None:
    database = connection.settings_dict
    place = {name: database[name.upper()] or None for name in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=database["NAME"], autocommit=True, **place) as own:
        own.execute(statement)


def _tell(line: str) -> None:
    os.write(int(os.environ["BRIK_MUTANTS_OUT"]), f"{line}\n".encode())


def _red() -> str:
    return ", ".join(sorted({report.nodeid for report in _reports if report.failed}))
