"""Tests that are ended by a signal leave no process behind, whatever they had started."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from contextlib import suppress

import psutil
import pytest
from django.conf import settings

pytestmark = [pytest.mark.processes, pytest.mark.proof]
MARK = "STARTED_BY_TEST"
OUR_OWN = ("BRIK_", "COV", "DATABASE_", "DJANGO_", "PYTEST_")
# A command with a grandchild that nobody waits for, in a session of its own, deaf to every polite signal.
COMMAND = """
    import subprocess, sys, time
    deaf = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; print('deaf', flush=True); time.sleep(600)"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {deaf!r}], start_new_session=True)"
    subprocess.run([sys.executable, "-c", start])
    time.sleep(float(sys.argv[1]))
    sys.exit(7)
"""
# A command with the embedded database of the tests, which works for long.
DATABASE = """
    import pathlib, sys, time
    from followup.demo.embedded_database import database_url
    database_url(pathlib.Path(sys.argv[1]))
    print("running", flush=True)
    time.sleep(600)
"""
TREE = "import sys; from tests import process_tree; sys.exit(process_tree.run(sys.argv[1:]))"


def hear_every_signal():
    """In the command, before it starts: these tests may themselves run under nohup, which has a signal ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class MarkedCommand:
    """A command whose environment has a mark, by which its processes are told from all others of the machine."""

    def __init__(self, folder):
        self.mark, self.log, self.data = uuid.uuid4().hex, folder / "log", folder / "d"
        self.process = None

    def start(self, *argv):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OUR_OWN)}
        environment = {**kept, MARK: self.mark, "DATA_DIR": str(self.data)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                argv, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log, preexec_fn=hear_every_signal
            )

    def processes(self):
        """Those with the mark and their children, of which some write over their environment."""
        found = set()
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark:
                    found |= {process, *process.children(recursive=True)}
            except psutil.Error:
                continue
        return running(found)

    def wait_for(self, *words):
        """The processes, once each of these words is in the command line of one of them."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            found = self.processes()
            lines = [line_of(process) for process in found]
            if all(any(word in line for line in lines) for word in words):
                return found
            time.sleep(0.2)
        raise AssertionError(f"{words}: {lines}")


def line_of(process):
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture
def command(tmp_path_factory):
    folder = tmp_path_factory.mktemp("s")
    folder.chmod(0o755)
    made = MarkedCommand(folder)
    yield made
    for process in made.processes():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    made.process.wait()


def running(processes):
    return {process for process in processes if process.is_running() and state_of(process) != psutil.STATUS_ZOMBIE}


def state_of(process):
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_what_a_command_started_in_a_session_of_its_own(command, number):
    command.start(sys.executable, "-c", TREE, sys.executable, "-c", textwrap.dedent(COMMAND), "600")
    while "deaf" not in command.log.read_text():
        time.sleep(0.05)
    started = command.processes()
    assert len(started) == 3
    command.process.send_signal(number)
    status = command.process.wait(60)
    assert running(started) | command.processes() == set()
    assert status == 128 + number


def test_a_command_that_ends_by_itself_leaves_nothing_either_and_keeps_its_exit_status(command):
    command.start(sys.executable, "-c", TREE, sys.executable, "-c", textwrap.dedent(COMMAND), "0")
    status = command.process.wait(60)
    assert command.processes() == set()
    assert status == 7


def test_a_signal_that_only_make_receives_ends_the_tests_with_their_browser_and_database(command):
    # Without -o, make would look whether the environment is as the lock file says.
    command.start("make", "-o", ".venv/.synced", "test", "TESTS=-n 1 tests/sharing/test_browser.py")
    started = command.wait_for("tests/sharing/test_browser.py", "--remote-debugging-pipe", "postgres -D")
    command.process.send_signal(signal.SIGINT)
    status = command.process.wait(120)
    assert running(started) | command.processes() == set()
    assert status == -signal.SIGINT
    assert not list(command.data.glob("**/postmaster.pid")), "the database was stopped, not killed"


def test_a_command_whose_parent_is_killed_stops_its_database(command):
    """Nobody can answer that signal: the kernel then interrupts the command, which would go on for long."""
    command.start(sys.executable, "-c", TREE, sys.executable, "-c", textwrap.dedent(DATABASE), str(command.data))
    started = command.wait_for("postgres -D", "time.sleep")
    while "running" not in command.log.read_text():
        time.sleep(0.05)
    command.process.kill()
    command.process.wait()
    deadline = time.monotonic() + 60
    while (left := running(started) | command.processes()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == set()
    assert not list(command.data.glob("**/postmaster.pid")), "the database was stopped, not killed"


def test_a_signal_ends_the_tests_with_the_servers_and_workers_they_had_started(command):
    command.start(sys.executable, "-m", "tests", "-n", "1", "tests/faults/test_killed.py")
    started = command.wait_for("manage.py counterpart", "manage.py worker", "postgres -D")
    command.process.send_signal(signal.SIGTERM)
    status = command.process.wait(120)
    assert running(started) | command.processes() == set()
    assert status == 128 + signal.SIGTERM
    assert not list(command.data.glob("**/postmaster.pid")), "the database was stopped, not killed"
