"""Two acts at the same time, each on a connection of its own: one is held somewhere, the other comes in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from brik.pages.refusal import Refused
from brik.vault import keys
from followup.sharing.delivery.receipts import ReceiptRejected
from tests.lock_order import LockOrder

PATIENCE = 60.0
# Where an act is held: at one of its statements by number, before or after the first that has a word in it, or as its
# message arrives.
STATEMENT, BEFORE, AFTER, ARRIVING = "statement", "before", "after", "arriving"
LOCK = "pg_advisory_xact_lock"
Work = Callable[[], Any]


@dataclass(frozen=True)
class Outcome:
    """What an act gave; or that it was refused, as its callers are told."""

    value: Any = None
    refused: bool = False


@dataclass(frozen=True)
class Place:
    """Where an act is held."""

    at: str
    word: str = ""
    number: int = 0


class Hold:
    """Stops the act it is given to once, at a place, until it is let go."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.reached, self.let_go = threading.Event(), threading.Event()
        # Whether the transaction of the act, if it is one, was committed where it stands.
        self.committed = False
        self._statements, self._was_inside = 0, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """A wrapper of every statement of the act."""
        if not self.reached.is_set():
            inside = context["connection"].in_atomic_block
            self.committed = self._was_inside and not inside
            self._was_inside = self._was_inside or inside
        named = bool(self.place.word) and self.place.word in str(sql)
        if (self.place.at == STATEMENT and self.place.number == self._statements) or (
            self.place.at == BEFORE and named
        ):
            self.stop()
        self._statements += 1
        answer = execute(sql, params, many, context)
        if self.place.at == AFTER and named:
            self.stop()
        return answer

    def arriving(self) -> None:
        """As the message arrives: the attempt is committed."""
        if self.place.at == ARRIVING:
            self.committed = True
            self.stop()

    def stop(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.let_go.wait(PATIENCE), "nobody let it go"


class TwoConnections:
    """Two threads that keep their connections, beside that of the test."""

    def __init__(self) -> None:
        self._threads = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]

    def begin(self, work: Work, hold: Hold) -> Future[Outcome]:
        """The first act; returns when it is held, or done."""
        running = self._threads[0].submit(_held, work, hold)
        _until(lambda: hold.reached.is_set() or running.done())
        return running

    def come_between(self, work: Work) -> Future[Outcome]:
        """The second act; returns when it is done, or waits for a lock that the first one holds."""
        running = self._threads[1].submit(run, work)
        _until(lambda: running.done() or _somebody_waits())
        return running

    def close(self) -> None:
        for thread in self._threads:
            thread.submit(lambda: connection.close()).result(PATIENCE)
            thread.shutdown()


def run(work: Work, *, in_order: bool = True) -> Outcome:
    """The act, with keys of its own, its locks in their order; what only prepares one writes past it."""
    try:
        with keys.ring(), connection.execute_wrapper(LockOrder()) if in_order else nullcontext():
            return Outcome(work())
    except (Refused, PermissionDenied, ReceiptRejected):
        return Outcome(refused=True)


def _held(work: Work, hold: Hold) -> Outcome:
    with connection.execute_wrapper(hold):
        return run(work)


def _until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "the two wait for each other"
        time.sleep(0.002)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])
