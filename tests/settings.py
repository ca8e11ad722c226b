"""The settings of the tests: those of BRIK, as they are for a test. The processes that a test starts are no tests."""

import os
from pathlib import Path

_given = os.environ.get("DATA_DIR")
_data = Path(_given) if _given else Path(__file__).resolve().parents[1] / ".data"
os.environ["BRIK_TESTING"] = "1"
# A folder within: the tests have a database server of their own, which keeps nothing (``tests/pace/own_server.py``).
os.environ["DATA_DIR"] = str(_data / "tests")
from brik.settings import *  # noqa: E402, F403

del os.environ["BRIK_TESTING"], os.environ["DATA_DIR"]
if _given:
    os.environ["DATA_DIR"] = _given
