"""A long list of coded rows, each proved, against the same list believed as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from brik.people.models import Stay
from brik.vault import keys
from brik.vault.codes.row_codes import coded_columns
from tests import situations
from tests.bench.figures import Figure, medians
from tests.bench.people import fill

ROWS, ROUNDS = 4000, 20


def measure() -> Iterator[Figure]:
    unit = situations.a_unit("Fengsel med mange rader")
    with keys.ring():
        fill(unit, ROWS)
    rows = Stay.objects.filter(unit=unit).order_by("pk")
    taken = medians(
        {
            "rows": lambda: list(rows.all()),
            "proved rows": lambda: rows.all().proved(),
            "values": lambda: list(rows.values(*coded_columns(Stay))),
            "proved values": lambda: rows.proved_values(),
        },
        rounds=ROUNDS,
    )
    for kind in ("rows", "values"):
        name = f"a list of {ROWS} coded {kind}"
        yield Figure(f"{name}, each proved, against not", taken[f"proved {kind}"] / taken[kind])
        yield Figure("  the list, proved", taken[f"proved {kind}"] * 1000, "ms")
