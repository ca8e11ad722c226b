"""The settings of the tests: those of BRIK, as they are for a test. The processes that a test starts are no tests."""

import os

os.environ["BRIK_TESTING"] = "1"
from brik.settings import *  # noqa: F403

del os.environ["BRIK_TESTING"]
