"""How many examples a property test tries: a third in everyday runs, all of them with ``--every-example``.

Hypothesis takes other examples in each run, so that what a third leaves out comes another time; ``make prove`` tries all.
Why: ``docs/decisions/2026-11-30-what-make-test-tries.md``.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

OPTION = "--every-example"
# Of so many examples one is tried.
SHARE = 3
# As many as Hypothesis tries where a test names no number.
USUAL = 100
_profile = {"every": False}


def choose(*, every: bool) -> None:
    """Before the tests are read: a property names its examples where it stands."""
    _profile["every"] = every
    # How long an example takes says what else the machine does, and nothing about the code.
    untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=tries(USUAL))
    settings.register_profile("brik", untimed)
    settings.load_profile("brik")


def tries(number: int) -> int:
    """The examples of this run, for a property that is tried with ``number`` of them."""
    return number if _profile["every"] else -(-number // SHARE)
