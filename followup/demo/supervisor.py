"""Starts the processes of a demonstration, restarts those that die, and ends all of them."""

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
# A process that dies this often within a minute is not started again.
DEATHS_A_MINUTE = 3


@dataclass
class Child:
    """One process that runs as long as the demonstration."""

    name: str
    argv: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)


def _die_with_parent() -> None:
    """Runs in the child before it starts. The kernel then ends the child when the supervisor is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs steps one after the other, then children in parallel, until asked to stop."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self._asked_to_stop = False

    def listen(self) -> None:
        """Stop on Ctrl-C, on SIGTERM and when the terminal closes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def step(self, argv: Sequence[str], environment: dict[str, str]) -> None:
        """Run one command to its end.

        Raises ``CommandError`` when it fails, ``KeyboardInterrupt`` when asked to stop meanwhile.
        """
        child = Child(name=argv[-1], argv=argv, environment=environment)
        process = self._launch(child)
        while process.poll() is None:
            if self._asked_to_stop:
                self._take_down([child])
                raise KeyboardInterrupt
            time.sleep(0.05)
        if process.returncode:
            raise CommandError(f"The step {child.name} failed; see the message above.")

    def start(self, child: Child) -> None:
        self._launch(child)
        self.children.append(child)

    def watch(self) -> None:
        """Restart children that die, with a message, until asked to stop.

        Raises ``CommandError`` when a child dies again and again.
        """
        while not self._asked_to_stop:
            self.look_after()
            time.sleep(0.2)

    def look_after(self) -> None:
        """Check every child once. Raises ``KeyboardInterrupt`` when asked to stop, else as :meth:`watch`."""
        if self._asked_to_stop:
            raise KeyboardInterrupt
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            now = time.monotonic()
            child.deaths = [death for death in child.deaths if now - death < 60] + [now]
            if len(child.deaths) >= DEATHS_A_MINUTE:
                raise CommandError(f"The process {child.name} stops each time it is started; stopping everything.")
            self.say(f"The process {child.name} stopped (code {child.process.returncode}); starting it again.")
            self._launch(child)

    def stop(self) -> None:
        """End every child and everything it started, and wait until they are gone."""
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
            # End what is left of the group, including grandchildren.
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
