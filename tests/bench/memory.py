"""Memory of the web and the worker, read from a demonstration that has been used a little."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure

VISITS, PATIENCE = 30, 300


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        shared = {key: value for key, value in os.environ.items() if not key.startswith("BRIK_")}
        places = {"DATA_DIR": f"{folder}/data", "KEY_DIR": f"{folder}/keys"}
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            env={**shared, **places, "BRIK_DEMO": "1", "PORT": str(port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            visit(port)
            for name, what in {"gunicorn": "the web", "manage.py worker": "the worker"}.items():
                held = [resident(pid) for pid in descendants(demo.pid) if name in command(pid)]
                yield Figure(f"memory, {what} ({len(held)} processes)", sum(held), "MiB")
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)


def visit(port: int) -> None:
    """Wait until the pages answer, then ask for one some times."""
    deadline = time.monotonic() + PATIENCE
    answered = 0
    while answered < VISITS:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/logg-inn/", timeout=10):
                answered += 1
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def free_port() -> int:
    """A free port whose neighbour, the counterpart's, is most likely free too."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def descendants(pid: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return children + [each for child in children for each in descendants(child)]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def resident(pid: int) -> float:
    """Proportional set size in MiB: what processes share is counted once."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found[1]) / 1024 if found else 0.0
