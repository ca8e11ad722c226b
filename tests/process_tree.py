"""A command and everything it starts. When it ends, by itself or by a signal, none of its processes is left."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PAUSE = 0.1
# pytest closes its browsers, servers and databases in this time; execnet alone gives a busy worker 10 seconds.
GRACE_SECONDS = 20.0
END_SECONDS = 5.0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LEAVE = """
import pathlib, sys
from followup.demo.embedded_database import database_url
database_url(pathlib.Path(sys.argv[1]))
"""


def run(argv: Sequence[str]) -> int:
    """Run a command to its end and return its exit status, or 128 + the signal that this process was sent meanwhile.

    The signal reaches the command as SIGINT, as from a keyboard; a second one ends it at once.
    """
    received = _listen()
    make = _make()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # what loses its parent becomes a child of this process
    process = subprocess.Popen(argv, start_new_session=True, preexec_fn=_interrupt_with_parent)
    interrupted_at = None
    while (status := _reaped(process.pid)) is None:
        if not received and make and (number := _signal_of(make)):
            received.append(number)
        if received and interrupted_at is None:
            interrupted_at = time.monotonic()
            _interrupt(process.pid)
        if interrupted_at and (len(received) > 1 or time.monotonic() - interrupted_at > GRACE_SECONDS):
            break
        time.sleep(PAUSE)
    _end_what_is_left()
    process.returncode = status or 0  # reaped here, so that Popen need not wait for it
    return 128 + received[0] if received else process.returncode


def _listen() -> list[int]:
    """The signals received from now on that ask for the end."""
    received: list[int] = []

    def on_signal(number: int, frame: FrameType | None) -> None:
        received.append(number)

    for number in ENDING:
        # nohup has SIGHUP ignored. A shell has SIGINT ignored for what it starts in the background; kill -INT is meant.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, on_signal)
    return received


def _interrupt_with_parent() -> None:
    """In the command, before it starts: when this process is killed, the kernel interrupts the command."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _interrupt(pid: int) -> None:
    """Interrupt pytest and its workers. Left to pytest, a worker would finish its test or be killed after 10 seconds."""
    with suppress(psutil.NoSuchProcess):
        command = psutil.Process(pid)
        for process in [command, *command.children()]:
            if process == command or process.name().startswith("python"):
                process.send_signal(signal.SIGINT)


def _make() -> int | None:
    """The process of make, when it started this one."""
    parent = psutil.Process(os.getppid())
    return os.getppid() if parent.name() in {"make", "gmake"} else None


def _signal_of(make: int) -> int | None:
    """The signal that make has received, SIGTERM when it is gone.

    make passes only SIGTERM on. After SIGINT or SIGHUP it waits in its handler until we end, with that signal blocked.
    """
    try:
        status = Path(f"/proc/{make}/status").read_text()
    except OSError:
        return signal.SIGTERM
    blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
    return next((number for number in ENDING if blocked >> (number - 1) & 1), None)


def _reaped(pid: int) -> int | None:
    """Reap whatever has ended; return the exit status of ``pid`` if it is among them."""
    while (ended := os.waitpid(-1, os.WNOHANG))[0]:
        if ended[0] == pid:
            return os.waitstatus_to_exitcode(ended[1])
    return None


def _left() -> list[psutil.Process]:
    """What still runs of all that was started."""
    with suppress(ChildProcessError):
        _reaped(0)
    descendants: list[psutil.Process] = psutil.Process().children(recursive=True)
    return descendants


def _end_what_is_left() -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        _end(number, lambda: [process for process in _left() if not _is_postgres(process)])
    for server in filter(_is_postgres, psutil.Process().children()):
        _leave(server)


def _end(number: int, find: Callable[[], list[psutil.Process]]) -> None:
    """Send the signal to all that ``find`` gives, and wait until it gives none, but not for long."""
    for process in find():
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    deadline = time.monotonic() + END_SECONDS
    while find() and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return bool(process.name() == "postgres")
    except psutil.NoSuchProcess:
        return False


def _leave(server: psutil.Process) -> None:
    """Join an embedded database and leave it: it stops, unless a process that is not ours uses it too."""
    with suppress(psutil.NoSuchProcess):
        folder = Path(server.cwd())
        leave = [sys.executable, "-c", LEAVE, str(folder.parent)]
        if (folder / "postmaster.pid").exists() and subprocess.run(leave, stderr=subprocess.DEVNULL).returncode == 0:
            return
    for number in (signal.SIGINT, signal.SIGKILL):
        _end(number, lambda: [process for process in _left() if process.pid == server.pid])
