"""The supervisor of the demonstration, with real processes."""

import os
import sys
import time

import psutil
import pytest
from django.core.management.base import CommandError

from followup.demo.supervisor import Child, Supervisor

pytestmark = pytest.mark.processes

SLEEPS = "import time; time.sleep(60)"
# A child with a grandchild that ignores SIGTERM.
STUBBORN = (
    "import subprocess, sys, time; "
    "subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)']);"
    "time.sleep(60)"
)


def child(code: str, name: str = "barn") -> Child:
    return Child(name, [sys.executable, "-c", code], {})


def said() -> tuple[list[str], Supervisor]:
    sentences: list[str] = []
    return sentences, Supervisor(sentences.append)


def descendants() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]


def test_a_child_that_dies_is_said_and_started_again():
    sentences, supervisor = said()
    supervisor.start(one := child(SLEEPS))
    try:
        first = one.process.pid
        os.kill(first, 9)
        one.process.wait()
        supervisor.look_after()
        assert one.process.pid != first
        assert one.process.poll() is None
        assert "barn" in sentences[0]
    finally:
        supervisor.stop()


def test_a_child_that_never_stays_up_ends_everything_with_a_sentence():
    _, supervisor = said()
    supervisor.start(one := child("raise SystemExit(3)", "uheldig"))
    try:
        for _ in range(2):
            one.process.wait()
            supervisor.look_after()
        one.process.wait()
        with pytest.raises(CommandError, match="uheldig"):
            supervisor.look_after()
    finally:
        supervisor.stop()


def test_stopping_leaves_no_process_behind_not_even_a_stubborn_grandchild():
    _, supervisor = said()
    before = {process.pid for process in descendants()}
    supervisor.start(child(SLEEPS))
    supervisor.start(one := child(STUBBORN))
    while not psutil.Process(one.process.pid).children():
        time.sleep(0.05)
    grandchild = psutil.Process(one.process.pid).children()[0]
    time.sleep(0.3)
    supervisor.stop()
    _, left = psutil.wait_procs([grandchild], timeout=5)
    assert not left
    assert {process.pid for process in descendants()} <= before


def test_a_failing_step_is_a_sentence():
    _, supervisor = said()
    with pytest.raises(CommandError):
        supervisor.step([sys.executable, "-c", "raise SystemExit(1)"], {})


def test_asked_to_stop_during_a_step_it_stops():
    _, supervisor = said()
    supervisor._on_signal(15, None)
    with pytest.raises(KeyboardInterrupt):
        supervisor.step([sys.executable, "-c", SLEEPS], {})
