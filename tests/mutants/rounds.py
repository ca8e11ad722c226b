"""Takes the protections out, one at a time: ``python -m tests.mutants.rounds FOLDER WORKERS [WORD …]``."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.protection import Protection
from tests.mutants.protections import EVERY
from tests.mutants.workshop import Outcome, Workshop


def chosen(words: list[str]) -> list[Protection]:
    """All, or those whose name or test holds one of the words; those of one test file stand together."""
    found = [one for one in EVERY if not words or any(word in f"{one.name} {one.test}" for word in words)]
    return sorted(found, key=lambda one: one.test)


def shares(protections: list[Protection], workers: int) -> list[list[Protection]]:
    """The protections of each worker, about as many for each."""
    size = -(-len(protections) // workers)
    return [protections[start : start + size] for start in range(0, len(protections), size)]


def round_of(workshop: Workshop, protections: list[Protection]) -> list[Protection]:
    """Those that were seen. Raises ``SystemExit`` when a named test fails with everything in place."""
    if fault := workshop.prepare({one.test for one in protections}):
        raise SystemExit(fault)
    seen = []
    for one in protections:
        began = time.monotonic()
        outcome = workshop.outcome(one)
        print(f"{outcome.value:<5} {time.monotonic() - began:5.1f} s  {one.name}  ({one.test})", flush=True)
        if outcome is Outcome.SEEN:
            seen.append(one)
    return seen


def main(folder: Path, workers: int, words: list[str]) -> int:
    protections = chosen(words)
    if not protections:
        sys.exit("No protection has such a name.")
    parts = shares(protections, workers)
    # The servers are started one after the other: each changes what may pass through the folders above it.
    workshops = [Workshop(folder / f"{number}") for number in range(len(parts))]
    with ThreadPoolExecutor(len(parts)) as pool:
        seen = sum(map(len, pool.map(round_of, workshops, parts)))
    print(f"{len(protections)} protections, {seen} seen")
    return 0 if seen == len(protections) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
