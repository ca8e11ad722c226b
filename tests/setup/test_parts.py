"""What make runs: every test lies in exactly one of its parts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.__main__ import PARTS


def collected(*selected):
    """The tests that pytest would run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    argv = [sys.executable, "-m", "pytest", "--collect-only", *selected]
    done = subprocess.run(argv, env=kept, cwd=settings.BASE_DIR, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.mark.processes
@pytest.mark.proof
def test_every_test_is_run_by_make_test_or_by_make_prove_and_none_by_both():
    parts = [collected(*selected) for selected in PARTS.values()]
    assert all(parts)
    assert sorted(test for part in parts for test in part) == sorted(collected())


@pytest.mark.parametrize("part", PARTS)
def test_a_machine_runs_every_part(part):
    assert f"make {part}\n" in Path(settings.BASE_DIR, ".ci/run").read_text()
