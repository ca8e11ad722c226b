"""The database is stopped without mercy while an officer saves: real server, real HTTP, a data folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from html import unescape

import psutil
import pytest
import requests
from django.conf import settings

from tests.mapping.pages import sent_fields
from tests.situations import PASSWORD

pytestmark = [pytest.mark.processes, pytest.mark.proof]
KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX"}

BEGIN = """
    import django; django.setup()
    from brik.vault import keys
    from tests import situations
    with keys.ring():
        mapper = situations.an_account()
        consent = situations.a_consent(situations.a_person(at=mapper.current_posts[0].unit))
        mapping = situations.an_interview(mapper, consent.person, consent_uuid=consent.pk)
    print(mapper.username, mapping.pk)
"""
COUNT = """
    import django; django.setup()
    from brik.audit.models import Event
    from brik.mapping.models import Section
    from brik.vault import keys
    from brik.vault.integrity import assert_current
    section = Section.objects.get()
    assert_current(section)
    with keys.ring():
        kept = section.answers.open()["answers"]["G6"]["value"]
    saves = Event.objects.filter(verb="mapping.section_saved").count()
    print(section.row_version, section.history.count(), saves, kept)
"""
KEEP = """
    import os, time
    from pathlib import Path
    from followup.demo import embedded_database
    embedded_database.database_url(Path(os.environ["DATA_DIR"]))
    print("up", flush=True)
    time.sleep(600)
"""


class House:
    """A web server and its database in a folder of their own."""

    def __init__(self, place):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = place / "d"
        inherited = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("COVERAGE")}
        self.env = {
            **inherited,
            "BRIK_DEMO": "1",
            "DATA_DIR": str(self.data),
            "KEY_DIR": str(place / "k"),
            "PYTHONPATH": ".",
            "DJANGO_SETTINGS_MODULE": "brik.settings",
        }
        self.running = []

    def python(self, code):
        argv = [sys.executable, "-c", textwrap.dedent(code)]
        done = subprocess.run(argv, env=self.env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.split(maxsplit=3)

    def start(self, argv, **more):
        process = subprocess.Popen(
            argv, env=self.env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more
        )
        self.running.append(process)
        return process

    def keep_database(self):
        process = self.start([sys.executable, "-c", textwrap.dedent(KEEP)])
        assert process.stdout.readline() == b"up\n"

    def prepare(self):
        argv = [sys.executable, "manage.py", "prepare_demo"]
        done = subprocess.run(argv, env=self.env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr

    def serve(self):
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4"]
        self.start([sys.executable, "-m", "gunicorn", "brik.wsgi", *bind])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return requests.get(self.url("/logg-inn/"), timeout=30)
            except requests.RequestException:
                time.sleep(0.2)
        pytest.fail("the web server did not come up")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop_database(self):
        """What ``pg_ctl stop -m immediate`` does: nothing is written out, every connection breaks."""
        server = psutil.Process(int((self.data / "postgres/postmaster.pid").read_text().split()[0]))
        server.send_signal(signal.SIGQUIT)
        server.wait(60)

    def end(self):
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


@pytest.fixture
def house(tmp_path_factory):
    place = tmp_path_factory.mktemp("d")
    place.chmod(0o755)
    made = House(place)
    try:
        made.prepare()
        made.keep_database()
        yield made
    finally:
        made.end()


def everything_sent(html):
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html[html.rindex("<form") :])
    marked = html if "data-autosave=" in html else html.replace("<form", "data-autosave=<form")
    token = token or re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    return {**sent_fields(marked), "csrfmiddlewaretoken": unescape(token[1])}


def sign_in(house, username):
    browser = requests.Session()
    fields = everything_sent(browser.get(house.url("/logg-inn/"), timeout=30).text)
    fields |= {"username": username, "password": PASSWORD}
    assert browser.post(house.url("/logg-inn/"), fields, allow_redirects=False, timeout=30).status_code == 302
    return browser


def test_a_stopped_database_loses_nothing_that_was_acknowledged(house):
    username, mapping = house.python(BEGIN)[:2]
    house.serve()
    browser = sign_in(house, username)
    address = house.url(f"/kartlegging/{mapping}/omrade/G/")
    acknowledged, answer, text = 0, None, ""
    page = everything_sent(browser.get(address, timeout=30).text)
    stopper = threading.Timer(1.5, house.stop_database)
    stopper.start()
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        text = f"Svar nummer {acknowledged + 1}"
        fields = {**page, "version": str(acknowledged), "G-G6": text, "then": "on"}
        answer = browser.post(address, fields, allow_redirects=False, timeout=30)
        if answer.status_code != 302:
            break
        acknowledged += 1
    stopper.join()
    assert acknowledged > 0
    assert answer.status_code == 503
    assert "Ikke lagret" in answer.text
    assert "Det du hadde lagret før, er trygt" in answer.text
    assert text in answer.text

    house.keep_database()
    versions, history, saves, kept = house.python(COUNT)
    # What the last, unanswered request wrote may have been committed; nothing that was answered may be missing.
    assert int(versions) in {acknowledged, acknowledged + 1}
    assert int(versions) == int(history) == int(saves)
    assert kept.strip() in {f"Svar nummer {acknowledged}", text}

    again = browser.post(address, everything_sent(answer.text), allow_redirects=False, timeout=30)
    assert again.status_code in {302, 409}
    versions, _, _, kept = house.python(COUNT)
    assert kept.strip() == text
