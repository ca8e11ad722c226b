"""Starts the processes of a demonstration, says when one dies, and takes every one of them down at the end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from django.core.management.base import CommandError

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10.0
# A process that dies this often within a minute will not come up by being started once more.
DEATHS_A_MINUTE = 3


@dataclass
class Child:
    """One process that should run as long as the demonstration does."""

    name: str
    argv: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)


def _die_with_parent() -> None:
    """In the child, before it starts: should the supervisor itself be killed, the kernel ends the child too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs steps one after the other, then children side by side, until asked to stop."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self._asked_to_stop = False

    def listen(self) -> None:
        """Take Ctrl-C, the end of the terminal and SIGTERM as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def step(self, argv: Sequence[str], environment: dict[str, str]) -> None:
        """Run one command to its end.

        Raises ``CommandError`` if it fails, ``KeyboardInterrupt`` if asked to stop meanwhile.
        """
        child = Child(name=argv[-1], argv=argv, environment=environment)
        process = self._launch(child)
        while process.poll() is None:
            if self._asked_to_stop:
                self._take_down([child])
                raise KeyboardInterrupt
            time.sleep(0.05)
        if process.returncode:
            raise CommandError(f"The step {child.name!r} failed; see the message above.")

    def start(self, child: Child) -> None:
        self._launch(child)
        self.children.append(child)

    def watch(self) -> None:
        """Return when asked to stop. A child that dies is started again, and that is said.

        Raises ``CommandError`` when a child does not stay up.
        """
        while not self._asked_to_stop:
            self.look_after()
            time.sleep(0.2)

    def look_after(self) -> None:
        """One look at every child. Raises ``KeyboardInterrupt`` and ``CommandError`` as :meth:`watch` tells."""
        if self._asked_to_stop:
            raise KeyboardInterrupt
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            now = time.monotonic()
            child.deaths = [death for death in child.deaths if now - death < 60] + [now]
            if len(child.deaths) >= DEATHS_A_MINUTE:
                raise CommandError(f"The process {child.name!r} stops each time it is started; stopping everything.")
            self.say(f"The process {child.name!r} stopped (code {child.process.returncode}); starting it again.")
            self._launch(child)

    def stop(self) -> None:
        """End every child and everything it started. Returns when they are gone."""
        self._take_down(self.children)

    def _launch(self, child: Child) -> subprocess.Popen[bytes]:
        child.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            list(child.argv),
            env={**os.environ, **child.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        return child.process

    def _take_down(self, children: Sequence[Child]) -> None:
        running = [child.process for child in children if child.process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            # Whatever is left of the group, grandchildren included, goes now.
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
