"""Real processes against a key module: what is wrong stops the start in one sentence, what goes away is told."""

import json
import os
import signal
import subprocess
import sys

import pytest
import requests
from django.conf import settings

from tests.custody import FIRST, SECOND, descriptor
from tests.faults.house import database_url, free_port, wait_for
from tests.vault.key_keepers import FILES, PROVIDERS

pytestmark = [pytest.mark.processes, pytest.mark.proof, pytest.mark.django_db(transaction=True)]
PRODUCTION = "postgresql://none@127.0.0.1/brik"
START = "import brik.wsgi"


def environment(keeper, folder, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRIK_", "DJANGO_", "COV_"))}
    own = {"SECRET_KEY": "a test and nothing else", "DATA_DIR": str(folder), "DATABASE_URL": PRODUCTION}
    return {**kept, **own, **keeper.environment(), **more}


def run(argv, env, **more):
    return subprocess.run(
        [sys.executable, *argv], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=120, **more
    )


def test_keys_in_files_start_nothing_where_people_are_real(new_keeper, tmp_path):
    keeper = new_keeper(FILES).fill()
    refused = run(["-c", START], environment(keeper, tmp_path))
    assert refused.returncode == 3
    assert "keep the keys in a module with KEY_PROVIDER=pkcs11" in refused.stderr
    demonstration = run(["manage.py", "check"], environment(keeper, tmp_path, DATABASE_URL="", BRIK_DEMO="1"))
    assert demonstration.returncode == 0, demonstration.stderr


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PKCS11_PIN": "feilfeil"}, "PIN of the token brik is wrong"),
        ({"PKCS11_TOKEN": "annen"}, "no token annen"),
        ({"PKCS11_LIBRARY": "/borte.so"}, "/borte.so is there"),
        ({"PKCS11_PIN": ""}, "Set PKCS11_PIN_FILE"),
        ({"KEY_PROVIDER": "sky"}, "KEY_PROVIDER to one of files, pkcs11"),
    ],
)
def test_a_web_server_does_not_start_without_its_module(token, tmp_path, wrong, sentence):
    refused = run(["-c", START], environment(token, tmp_path, **wrong))
    assert refused.returncode == 3
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "feilfeil" not in refused.stderr


@pytest.mark.parametrize("provider", PROVIDERS)
def test_two_custodians_exchange_the_signing_key_and_other_processes_know_it(new_keeper, tmp_path, provider):
    keeper = new_keeper(provider).fill()
    env = environment(keeper, tmp_path, DATABASE_URL=database_url())

    def signing_key(*argv):
        typed = [descriptor(passphrase) for passphrase in (FIRST, SECOND)]
        both = [f"--backup={tmp_path / 'backup'}", "--passphrases-from", *map(str, typed)]
        done = run(["manage.py", "signing_key", *argv, *both], env, pass_fds=typed)
        for each in typed:
            os.close(each)
        return done

    def printed():
        return [jwk["kid"] for jwk in json.loads(run(["manage.py", "signing_key", "print"], env).stdout)["keys"]]

    (first,) = printed()
    made = signing_key("create")
    assert made.returncode == 0, made.stderr
    _, second = printed()
    waits = signing_key("replace")
    assert (waits.returncode, "Wait 14 days" in waits.stderr, "Traceback" in waits.stderr) == (1, True, False)
    assert f"{second} signs from now on." in signing_key("replace", "--at-once").stdout
    assert printed() == [second, first]


def test_forked_web_processes_each_sign_in_and_tell_when_the_module_is_away(token, tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "brik.wsgi", "--preload", "--workers", "2"),
            *("--threads", "2", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        ],
        cwd=settings.BASE_DIR,
        env=environment(token, tmp_path, DATABASE_URL=database_url()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers():
        """the web server answers"""
        try:
            return {requests.get(f"http://127.0.0.1:{port}/helse/", timeout=5).text for _ in range(20)}
        except requests.RequestException:
            return set()

    try:
        wait_for(answers)
        assert answers() == {"ok"}
        token.take_away()
        assert answers() == {"keys"}
        token.bring_back()
        assert answers() == {"ok"}
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
