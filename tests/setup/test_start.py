"""Starting with real processes: what is refused is refused in one sentence, and whatever died starts again."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from brik.vault.providers.files_provider import create_keys

pytestmark = [pytest.mark.processes, pytest.mark.proof]
MANAGE = [sys.executable, "manage.py"]
KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX"}
ASK = """
    import os, psycopg
    from pathlib import Path
    from followup.demo import embedded_database
    url = embedded_database.database_url(Path(os.environ["DATA_DIR"]))
    with psycopg.connect(url) as connection:
        print(connection.execute("SELECT 'answers'").fetchone()[0], flush=True)
"""
KILL_ALL = """
    import contextlib, signal, psutil
    server = psutil.Process(int((Path(os.environ["DATA_DIR"]) / "postgres/postmaster.pid").read_text().split()[0]))
    for process in [server, *server.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path_factory):
    """A short folder that the database's own user may pass through."""
    folder = tmp_path_factory.mktemp("s")
    folder.chmod(0o755)
    return folder


def environment(place, **more):
    inherited = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("COVERAGE")}
    return {**inherited, "DATA_DIR": str(place / "d"), "KEY_DIR": str(place / "k"), "PYTHONPATH": ".", **more}


def run(argv, env):
    return subprocess.run(argv, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120)


def python(code, env):
    return run([sys.executable, "-c", textwrap.dedent(code)], env)


def refuses(result, *words):
    """It ended, said so in one line, and showed no trace."""
    said = result.stderr.strip()
    assert result.returncode != 0
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    for word in words:
        assert word in said


def test_a_demonstration_never_opens_a_real_database(place):
    env = environment(place, BRIK_DEMO="1", DATABASE_URL="postgresql://db.example/brik")
    refuses(run([*MANAGE, "migrate"], env), "BRIK_DEMO", "DATABASE_URL")
    refuses(run([*MANAGE, "demo"], env), "BRIK_DEMO", "DATABASE_URL")


@pytest.mark.parametrize("written", ["0", "-1", "fem", "1.5", "9999999"])
def test_a_setting_that_is_no_sensible_number_stops_the_start(place, written):
    env = environment(place, BRIK_DEMO="1", SESSION_QUIET_MINUTES=written)
    refuses(run([*MANAGE, "check"], env), "SESSION_QUIET_MINUTES", "whole number")


def test_without_a_database_nothing_starts(place):
    refuses(run([*MANAGE, "verify_audit"], environment(place)), "DATABASE_URL", "BRIK_DEMO")


def test_production_needs_a_secret_of_its_own(place):
    refuses(run([*MANAGE, "check"], environment(place, DATABASE_URL="postgresql://db.example/brik")), "SECRET_KEY")


def test_the_web_server_gives_up_with_the_same_sentence(place):
    env = environment(place, BRIK_DEMO="1", DATABASE_URL="postgresql://db.example/brik")
    result = python("import brik.wsgi", env)
    refuses(result, "BRIK_DEMO")
    assert result.returncode == 3


def test_the_web_server_does_not_start_without_keys(place):
    result = python("import brik.wsgi", environment(place, BRIK_DEMO="1"))
    assert result.returncode == 3
    assert "create_keys" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_web_server_does_not_start_with_keys_that_others_can_read(place):
    create_keys(place / "k")
    (place / "k" / "lookup.sealed").chmod(0o644)
    result = python("import brik.wsgi", environment(place, BRIK_DEMO="1"))
    assert result.returncode == 3
    assert "lookup.sealed" in result.stderr


@pytest.mark.parametrize("variable", ["DATA_DIR", "KEY_DIR"])
def test_a_folder_that_is_a_file_is_refused(variable, place):
    (place / "file").touch()
    env = environment(place, BRIK_DEMO="1", **{variable: str(place / "file")})
    refuses(run([*MANAGE, "check"], env), variable)


def test_the_demonstrations_secret_is_for_its_owner_only(place):
    assert run([*MANAGE, "create_keys"], environment(place, BRIK_DEMO="1")).returncode == 0
    assert stat.S_IMODE((place / "k").stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "k" / "django-secret.key").stat().st_mode) == 0o600


def test_the_database_starts_again_after_everything_was_killed(place):
    env = environment(place)
    killed = python(textwrap.dedent(ASK) + textwrap.dedent(KILL_ALL), env)
    assert killed.returncode == -signal.SIGKILL
    assert (place / "d/postgres/postmaster.pid").exists()
    assert python(ASK, env).stdout == "answers\n"


def test_a_pid_file_that_names_another_process_is_not_believed(place):
    env = environment(place)
    assert python(ASK, env).stdout == "answers\n"
    folder = place / "d/postgres"
    for left in (f"{os.getpid()}\n{folder}\n1\n5432\n{folder}\n\n1 1\nready\n", "17\n", ""):
        (folder / "postmaster.pid").write_text(left)
        assert python(ASK, env).stdout == "answers\n"


def test_an_interrupted_first_start_is_made_anew(place):
    half = place / "d/postgres.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert python(ASK, environment(place)).stdout == "answers\n"


def test_two_processes_that_start_at_once_share_one_database(place):
    env = environment(place)
    both = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(ASK)], env=env, cwd=settings.BASE_DIR, stdout=-1)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=120)[0] for process in both] == [b"answers\n"] * 3
    served = [
        process for process in psutil.process_iter(["cmdline"]) if f"{place}/d" in (process.info["cmdline"] or [])
    ]
    assert not served


def test_a_long_path_and_one_with_spaces_are_fine(place):
    env = environment(place, DATA_DIR=str(place / ("lang " * 30) / "æøå"))
    assert python(ASK, env).stdout == "answers\n"
    assert python(ASK, env).stdout == "answers\n"


def test_a_closed_home_is_passed_through_but_not_opened(place):
    home = place / "home"
    home.mkdir(mode=0o700)
    create_keys(home / ".keys")
    env = environment(place, DATA_DIR=str(home / ".data"), KEY_DIR=str(home / ".keys"))
    assert python(ASK, env).stdout == "answers\n"
    assert stat.S_IMODE(home.stat().st_mode) & 0o066 == 0
    assert stat.S_IMODE((home / ".keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / ".data/postgres").stat().st_mode) == 0o700


def test_run_by_root_the_database_belongs_to_another_user_who_cannot_read_the_keys(place):
    env = environment(place)
    create_keys(place / "k")
    assert python(ASK, env).stdout == "answers\n"
    owner = (place / "d/postgres").stat().st_uid
    if os.geteuid() != 0:
        assert owner == os.geteuid()
        return
    assert owner != 0
    read = subprocess.run(["cat", str(place / "k/lookup.sealed")], user=owner, capture_output=True)
    assert read.returncode != 0
    assert b"Permission denied" in read.stderr


def test_an_older_python_is_told_which_one_is_needed():
    source = Path(settings.BASE_DIR, "manage.py").read_text()
    shown = python(source.replace("sys.version_info <", "(3, 10) <"), dict(os.environ))
    refuses(shown, "3.11")
