"""A copy of the house with a database of its own, where one protection at a time is taken out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import psycopg

from followup.demo.embedded_database import database_url
from tests.mutants.protection import Edit, Protection, Rule

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", ".data", ".keys", "__pycache__", ".*_cache", ".hypothesis", "staticfiles"
)
PYTEST = ("-m", "pytest", "-q", "--reuse-db", "-p", "no:randomly", "-p", "no:cacheprovider", "-x")
DATABASE = "test_mutants"
# pytest's exit status when tests ran and some failed.
RED = 1


class Outcome(Enum):
    """What became of a protection that was taken out."""

    SEEN = "seen"
    UNSEEN = "NOT SEEN: the test stays green"
    BROKEN = "NOT SEEN: the test does not run"
    GONE = "NOT FOUND"


class Workshop:
    """One copy, and its embedded PostgreSQL, which runs until the process ends."""

    def __init__(self, folder: Path) -> None:
        self.house = folder / "house"
        self.report = folder / "report.xml"
        self.log = folder / "log"
        folder.mkdir()
        shutil.copytree(ROOT, self.house, ignore=LEFT_BEHIND)
        self.data = folder / "data"
        self.server = database_url(self.data)

    def red(self, tests: Collection[str], *options: str) -> tuple[int, int]:
        """Run tests; how many failed, and pytest's exit status."""
        self.report.unlink(missing_ok=True)
        own = {
            "DATA_DIR": str(self.data),
            "BRIK_TEST_DATABASE": DATABASE,
            "PYTEST_DEBUG_TEMPROOT": str(self.data.parent),
        }
        environment = {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, *PYTEST, f"--junitxml={self.report}", *options, *sorted(tests)]
        with self.log.open("w") as log:
            done = subprocess.run(command, cwd=self.house, env=environment, stdout=log, stderr=subprocess.STDOUT)
        if not self.report.exists():
            return 0, done.returncode
        suites = ElementTree.parse(self.report).getroot().iter("testsuite")
        return sum(int(suite.get("failures", 0)) for suite in suites), done.returncode

    def prepare(self, tests: Collection[str]) -> str:
        """Make the database and run all tests once with every protection in place; what is wrong, if anything."""
        failures, status = self.red(tests, "--create-db", "--maxfail=1000")
        return "" if status == 0 else f"{failures} of the named tests fail with everything in place:\n{self.tail()}"

    def tail(self) -> str:
        """The last lines pytest wrote."""
        return "\n".join(self.log.read_text().splitlines()[-40:])

    def outcome(self, protection: Protection) -> Outcome:
        """Take one protection out, run its test, and put it back."""
        if isinstance(protection, Edit) and protection.fault((self.house / protection.file).read_text()):
            return Outcome.GONE
        with self._edited(protection) if isinstance(protection, Edit) else self._lifted(protection):
            failures, status = self.red([protection.test])
        if status == 0:
            return Outcome.UNSEEN
        return Outcome.SEEN if status == RED and failures else Outcome.BROKEN

    @contextmanager
    def _edited(self, edit: Edit) -> Iterator[None]:
        path = self.house / edit.file
        before, times = path.read_bytes(), path.stat()
        path.write_text(before.decode().replace(edit.text, edit.instead))
        try:
            yield
        finally:
            path.write_bytes(before)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    @contextmanager
    def _lifted(self, rule: Rule) -> Iterator[None]:
        self._execute(rule.off)
        try:
            yield
        finally:
            self._execute(rule.on)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.server, dbname=DATABASE, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # a constant of this folder
