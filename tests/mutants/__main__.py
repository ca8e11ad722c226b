"""Run all, or those whose name or test holds a word: ``python -m tests.mutants [-n WORKERS] [WORD …]``.

Two work at a time, each in a copy of its own; nothing of the house itself is changed. Ends with 0 when each protection
was seen, and leaves neither a process nor a folder behind.
"""

import argparse
import sys
import tempfile

from tests import process_tree
from tests.__main__ import ensure_programs


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.mutants")
    options.add_argument("-n", type=int, default=2, help="how many work at a time")
    options.add_argument("words", nargs="*")
    given = options.parse_args()
    ensure_programs()
    with tempfile.TemporaryDirectory(prefix="brik-mutants-", ignore_cleanup_errors=True) as folder:
        return process_tree.run([sys.executable, "-m", "tests.mutants.rounds", folder, str(given.n), *given.words])


if __name__ == "__main__":
    sys.exit(main())
