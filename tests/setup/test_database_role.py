"""As which role of the database a process works: a command that changes the schema says so, all else is the application."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection, connections

from brik.audit.owner_command import OwnerCommand, owner_role, works_as_owner
from tests.faults.house import database_url

OWNERS = {"make_partitions", "makemigrations", "migrate", "prepare_demo"}
WHO = "from django.db import connection; print(connection.cursor().execute('SELECT current_user').fetchone()[0])"
HERE = Path(settings.BASE_DIR)


def manage(*arguments, url=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRIK_", "DJANGO_"))}
    env = {**kept, "DATABASE_URL": url or database_url(), "SECRET_KEY": "x", "KEY_DIR": str(settings.KEY_DIR)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=HERE, env=env, capture_output=True, text=True, timeout=120
    )


def test_the_commands_that_work_as_the_owner_are_these_and_no_others():
    """Whoever adds one adds it here too. What is not declared, Django's own included, is the application's."""
    commands = {name: load_command_class(room, name) for name, room in get_commands().items()}
    assert {name for name, command in commands.items() if isinstance(command, OwnerCommand)} == OWNERS


def test_the_settings_do_not_ask_which_command_runs():
    source = (HERE / "brik/settings.py").read_text()
    for word in ("argv", "sys.modules", "BRIK_DATABASE_ROLE"):
        assert word not in source


@pytest.fixture
def application(settings):
    """The options of the connection as they are outside of tests."""
    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    options["options"] = f"-c statement_timeout=0 {settings.APPLICATION_ROLE_OPTION}"
    yield options
    options.clear()
    options.update(before)


def test_the_role_is_laid_down_for_the_length_of_the_command(application):
    outside = application["options"]
    with owner_role():
        with owner_role():
            assert application["options"] == "-c statement_timeout=0"
        assert (application["options"], works_as_owner()) == ("-c statement_timeout=0", True)
    assert (application["options"], works_as_owner()) == (outside, False)


def test_a_command_that_fails_lays_it_down_no_longer(application):
    outside = application["options"]

    class Failing(OwnerCommand):
        requires_system_checks = []

        def handle(self, *args, **options):
            assert works_as_owner()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Failing().execute(force_color=False, no_color=False, skip_checks=True)
    assert (application["options"], works_as_owner()) == (outside, False)


@pytest.mark.processes
@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_a_shell_works_as_the_application_though_its_login_owns_the_tables():
    shown = manage("shell", "--no-imports", "-c", WHO)
    assert (shown.stdout.strip(), shown.stderr) == (settings.APPLICATION_ROLE, "")


@pytest.mark.processes
@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_migrating_works_as_the_login_and_a_login_that_owns_nothing_is_refused():
    """The application's own login cannot change the schema, and the owner's cannot be the application."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE brik_test_stranger LOGIN")
    stranger = database_url().replace(f"//{connection.settings_dict['USER']}@", "//brik_test_stranger@")
    try:
        refused = manage("clearsessions", url=stranger)
        assert refused.returncode != 0
        assert 'permission denied to set role "brik_app"' in refused.stderr
        assert manage("migrate", "--verbosity", "0").returncode == 0
        refused = manage("migrate", "--verbosity", "0", url=stranger)
        assert refused.returncode != 0
        assert "permission denied for" in refused.stderr
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE brik_test_stranger")
