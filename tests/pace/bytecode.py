"""What Python has compiled once, no process of the tests compiles again: workers, commands and servers share one folder.

Where ``PYTHONDONTWRITEBYTECODE`` is set, as in many containers, each process would compile two thousand modules anew. Beside
the sources nothing is written, as that setting asks.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".data/bytecode"
NAME = "PYTHONPYCACHEPREFIX"


def keep_compiled() -> None:
    """For every process that is started from now on."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault(NAME, str(FOLDER))
