"""Real processes on the test's own database: workers to kill, and a counterpart whose ledger is the judge."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import requests
from django.conf import settings
from django.db import connection

from followup.demo.counterpart import keys
from followup.sharing.models import Attempt, Delivery, DeliveryState
from tests import situations

PACE = "0.02"
PATIENCE = 180.0


def database_url() -> str:
    """The test database, as a process is given it; in it the process takes the application's role."""
    database = connection.settings_dict
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(str(database['HOST']), safe='')}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(what: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """What ``what`` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what.__doc__ or what}")
        time.sleep(0.1)  # asking more often takes from the processes what they need to get there
    return found


class House:
    """The counterpart and the workers of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *argv: str, **environment: str) -> subprocess.Popen[bytes]:
        surroundings = {
            name: value for name, value in os.environ.items() if not name.startswith(("BRIK_", "DJANGO_", "COV_"))
        }
        surroundings |= {
            "DATABASE_URL": database_url(),
            "SECRET_KEY": "a test and nothing else",
            "KEY_DIR": str(settings.KEY_DIR),
            "DATA_DIR": str(self.folder),
            "CASE_SYSTEM_URL": f"{self.url}/meldinger",
            "CASE_SYSTEM_TIMEOUT": "5",
            "DELIVERY_PACE": PACE,
            **environment,
        }
        with (self.folder / f"{argv[0]}-{len(self.processes)}.log").open("wb") as complaints:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *argv],
                cwd=settings.BASE_DIR,
                env=surroundings,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        self.processes.append(process)
        return process

    def counterpart(self, *argv: str) -> subprocess.Popen[bytes]:
        process = self.start("counterpart", "--port", str(self.port), *argv)
        wait_for(self.listens)
        return process

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        return self.start("worker", **environment)

    def listens(self) -> bool:
        """the counterpart listens"""
        try:
            return requests.get(f"{self.url}/kontroll", timeout=1).ok
        except requests.RequestException:
            return False

    def control(self, mode: str, **more: Any) -> None:
        assert requests.post(f"{self.url}/kontroll", json={"mode": mode, **more}, timeout=5).status_code == 204

    def held(self) -> list[str]:
        """a message is held by the counterpart"""
        return list(requests.get(f"{self.url}/kontroll", timeout=5).json()["held"])

    def ledger(self) -> list[dict[str, Any]]:
        return list(requests.get(f"{self.url}/hovedbok", timeout=30).json())

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def faults(self) -> str:
        """What the processes complained of."""
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL: nothing is said, nothing is tidied up."""
    process.kill()
    process.wait()


def case_system(house: House):
    return situations.a_case_system(public_key=keys.public_jwk(house.folder))


def all_accepted() -> bool:
    """every delivery is accepted"""
    return not Delivery.objects.exclude(state=DeliveryState.ACCEPTED).exists()


def an_attempt_is_open() -> bool:
    """an attempt has been committed and has no outcome"""
    return Attempt.objects.filter(outcome="").exists()


@contextmanager
def holding(statement: str, *values: Any) -> Iterator[None]:
    """Hold what ``statement`` locks, from another connection, so that the worker stands still right there."""
    held = connection.settings_dict
    with psycopg.connect(host=held["HOST"], user=held["USER"], dbname=held["NAME"]) as other:
        other.execute(statement, values)
        try:
            yield
        finally:
            other.rollback()


def somebody_waits_for_a_lock() -> bool:
    """a worker waits for a lock"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database OR database IS NULL "
            "WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
