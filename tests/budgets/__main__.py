"""Walk every job and print what it costs beside what it may: ``python -m tests.budgets``. Needs no argument.

Ends with 0 where no job costs more than its budget or, where that is not kept yet, than its ceiling.
"""

import sys

from tests.__main__ import ensure_programs, pytest
from tests.pace.bytecode import keep_compiled


def main() -> int:
    ensure_programs()
    keep_compiled()
    return pytest(
        "-qq", "-s", "--no-summary", "-p", "no:randomly", "-p", "tests.budgets.table", "tests/budgets/test_budgets.py"
    )


if __name__ == "__main__":
    sys.exit(main())
