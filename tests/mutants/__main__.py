"""Run all, or those whose name or test holds a word: ``python -m tests.mutants [-n WORKERS] [WORD …]``.

Nothing of the house is changed on the disk. Ends with 0 when each protection was seen.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import process_tree
from tests.__main__ import ensure_programs
from tests.examples import OPTION as EVERY_EXAMPLE
from tests.mutants.protection import Protection
from tests.mutants.protections import EVERY
from tests.pace.bytecode import keep_compiled

WITHOUT = ("-p", "no:randomly", "-p", "no:cacheprovider")
PYTEST = ("-m", "pytest", "-s", "-p", "tests.mutants.plugin", *WITHOUT, EVERY_EXAMPLE)


def chosen(words: list[str]) -> list[Protection]:
    """All, or those whose name or test holds one of the words; those of one test file stand together."""
    found = [one for one in EVERY if not words or any(word in f"{one.name} {one.test}" for word in words)]
    return sorted(found, key=lambda one: one.test)


def shares(protections: list[Protection], workers: int) -> list[list[Protection]]:
    """About as many for each worker."""
    size = -(-len(protections) // workers)
    return [protections[start : start + size] for start in range(0, len(protections), size)]


def start(protections: list[Protection], folder: Path) -> subprocess.Popen:
    """A pytest with a database of its own that takes these out, one after the other."""
    folder.mkdir()
    names = folder / "names.json"
    names.write_text(json.dumps([one.name for one in protections]))
    own = {"DATA_DIR": f"{folder}", "BRIK_MUTANTS": f"{names}", "PYTEST_DEBUG_TEMPROOT": f"{folder}"}
    tests = sorted({one.test for one in protections})
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own
    # The outcomes come out here; what pytest and the tests say goes into a file.
    out = os.dup(sys.stdout.fileno())
    environment["BRIK_MUTANTS_OUT"] = f"{out}"
    with (folder / "log").open("w") as log:
        command = [sys.executable, *PYTEST, *tests]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, pass_fds=[out])


def rounds(folder: Path, workers: int, words: list[str]) -> int:
    """Every worker's round, and what was seen in all."""
    protections = chosen(words)
    if not protections:
        sys.exit("No protection has such a name.")
    folders = [folder / f"{number}" for number in range(workers)]
    started = [start(part, own) for part, own in zip(shares(protections, workers), folders, strict=False)]
    ended = [process.wait() for process in started]
    seen = sum(
        len(json.loads((own / "names.json").read_text()))
        for own, status in zip(folders, ended, strict=False)
        if status < 2
    )
    print(f"{len(protections)} protections, {seen} seen")
    return 0 if seen == len(protections) else 1


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.mutants")
    options.add_argument("-n", type=int, default=2, help="how many work at a time")
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("words", nargs="*")
    given = options.parse_args()
    if given.folder:
        return rounds(given.folder, given.n, given.words)
    ensure_programs()
    keep_compiled()
    with tempfile.TemporaryDirectory(prefix="brik-mutants-", ignore_cleanup_errors=True) as folder:
        own = [sys.executable, "-m", "tests.mutants", "--folder", folder]
        return process_tree.run([*own, "-n", f"{given.n}", *given.words])


if __name__ == "__main__":
    sys.exit(main())
