"""What an operation costs: processor time of the web and the database, statements, and how long the slowest wait."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench.figures import Figure

# Django counts these too; what a page asks does not depend on them.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Spent:
    """Milliseconds of each time an operation was done, and its statements."""

    statements: int
    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The processor time of both, in the middle."""
        return statistics.median(map(sum, zip(self.web, self.database, strict=True)))

    def figures(self, name: str) -> Iterator[Figure]:
        """All of it, only reported."""
        yield Figure(f"  {name}: processor, web", statistics.median(self.web), "ms")
        yield Figure(f"  {name}: processor, database", statistics.median(self.database), "ms")
        share = statistics.quantiles(self.wall, n=100, method="inclusive")
        for label, value in (("p50", share[49]), ("p95", share[94]), ("p99", share[98]), ("longest", max(self.wall))):
            yield Figure(f"  {name}: wall, {label}", value, "ms")


def spent(operations: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 3) -> dict[str, Spent]:
    """Each operation done ``rounds`` times, side by side in shuffled order."""
    found = {}
    for name, operation in operations.items():
        for _ in range(warm_up):
            operation()
        with CaptureQueriesContext(connection) as queries:
            operation()
        asked = [query["sql"] for query in queries.captured_queries]
        found[name] = Spent(sum(not sql.startswith(AROUND) for sql in asked))
    dice, of_database = random.Random(1), _clock_of_database()
    for _ in range(rounds):
        for name in dice.sample(list(operations), len(operations)):
            web, database, wall = time.process_time(), of_database(), time.perf_counter()
            operations[name]()
            one = found[name]
            one.wall.append((time.perf_counter() - wall) * 1000)
            one.database.append((of_database() - database) * 1000)
            one.web.append((time.process_time() - web) * 1000)
    return found


def _clock_of_database() -> Callable[[], float]:
    """The processor time, in seconds, of the process that answers this connection; Linux, and on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        account = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not account.exists():
        return lambda: 0.0
    return lambda: int(account.read_text().split()[0]) / 1_000_000_000
