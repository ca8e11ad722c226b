"""The command that sets up, starts and supervises a demonstration."""

from __future__ import annotations

import http.client
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from followup.demo import embedded_database, older_data, register
from followup.demo.supervisor import Child, Supervisor

READY_SECONDS = 120


class Command(BaseCommand):
    help = "Start a demonstration with made-up people: database, web server, worker and counterpart. Ctrl-C ends it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set BRIK_DEMO=1: this command is only for demonstrations with made-up people.")
        began = time.monotonic()
        supervisor = Supervisor(self._say)
        supervisor.listen()
        try:
            if not _free(settings.PORT):
                raise CommandError(f"Port {settings.PORT} is taken; choose another, for example: make demo PORT=8010")
            if older_data.has_older_data(embedded_database.database_url(settings.DATA_DIR)):
                raise CommandError(older_data.SENTENCE.format(data=settings.DATA_DIR, keys=settings.KEY_DIR))
            self._prepare(supervisor)
            self._start(supervisor)
            self._wait_until_ready(supervisor)
            self._welcome(time.monotonic() - began)
            supervisor.watch()
        except KeyboardInterrupt:
            self._say("Stopping …")
        finally:
            supervisor.stop()

    def _prepare(self, supervisor: Supervisor) -> None:
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        supervisor.step([*manage, "prepare_demo"], {})
        supervisor.step([*manage, "load_demo"], {})

    def _start(self, supervisor: Supervisor) -> None:
        self._say("Starting the web server, the worker and the counterpart of the case system …")
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        counterpart = _free_port_near(settings.PORT + 1)
        ours = {"CASE_SYSTEM_URL": f"http://127.0.0.1:{counterpart}/meldinger"}
        web = [sys.executable, "-m", "gunicorn", "brik.wsgi", "--bind", f"127.0.0.1:{settings.PORT}"]
        web += ["--workers", "2", "--threads", "4", "--graceful-timeout", "3", "--log-level", "warning"]
        web += ["--no-control-socket", "--chdir", str(settings.BASE_DIR)]
        supervisor.start(Child("counterpart", [*manage, "counterpart", "--port", str(counterpart)], ours))
        supervisor.start(Child("worker", [*manage, "worker"], ours))
        supervisor.start(Child("web server", web, ours))

    def _wait_until_ready(self, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(settings.PORT):
            supervisor.look_after()
            if time.monotonic() > deadline:
                raise CommandError("The web server does not answer; see the messages above.")
            time.sleep(0.1)

    def _welcome(self, seconds: float) -> None:
        self._say(f"\nBRIK is ready after {seconds:.0f} seconds:  http://127.0.0.1:{settings.PORT}/\n\n")
        for username, does in register.accounts():
            self._say(f"  {username:<18} {does}")
        self._say(f"\n  Password for all:  {register.password()}")
        self._say("\nAll people are made up. Ctrl-C stops the demonstration; the next start keeps everything.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _free(port: int) -> bool:
    """Whether ``port`` of this machine is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    """Whether the web server answers on ``port``. It accepts connections before it can answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/logg-inn/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port_near(port: int) -> int:
    return next(candidate for candidate in range(port, port + 100) if _free(candidate))
