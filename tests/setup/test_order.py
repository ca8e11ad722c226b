"""The tests run in a new order each time: the longest first, and the same order again from the same seed."""

import subprocess
import sys
from functools import cache

from django.conf import settings

# A folder with browser tests and one without.
FOLDERS = ("tests/definitions", "tests/staff")


@cache
def collected(seed: int, *more: str) -> tuple[str, ...]:
    # Without the cache, where the seed of the run that this test is part of is kept.
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", f"--randomly-seed={seed}"]
    done = subprocess.run(
        [*command, *more, *FOLDERS], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert f"--randomly-seed={seed}" in done.stdout
    return tuple(line for line in done.stdout.splitlines() if "::" in line)


def test_another_seed_gives_another_order_of_the_same_tests():
    assert collected(1) != collected(2)
    assert sorted(collected(1)) == sorted(collected(2))


def test_browser_tests_come_first_whatever_the_seed():
    browser = set(collected(1, "-m", "browser"))
    assert browser
    assert all(set(collected(seed)[: len(browser)]) == browser for seed in (1, 2))
