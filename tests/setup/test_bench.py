"""The measuring itself is right; what it measures is told by ``make bench`` and never asserted here."""

import time

import pytest

from tests.bench.figures import Figure, medians


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure("a", 1.0), "reported"),
        (Figure("a", 1.1, at_most=1.1), "ok"),
        (Figure("a", 1.11, at_most=1.1), "MISSED"),
        (Figure("a", 0.5, at_least=0.5), "ok"),
        (Figure("a", 0.49, at_least=0.5), "MISSED"),
    ],
)
def test_every_line_says_whether_its_bound_is_held_or_that_there_is_none(figure, verdict):
    assert figure.verdict == verdict
    assert verdict in figure.line()


def test_variants_are_measured_side_by_side_and_as_often():
    order = []

    def slow():
        order.append("slow")
        time.sleep(0.002)

    taken = medians({"slow": slow, "quick": lambda: order.append("quick")}, rounds=10, warm_up=2)
    assert taken["slow"] > taken["quick"]
    assert order.count("slow") == order.count("quick") == 12
    assert all({*order[turn : turn + 2]} == {"slow", "quick"} for turn in range(0, 24, 2))
