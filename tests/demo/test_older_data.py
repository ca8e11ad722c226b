"""A demonstration does not start with the data of an older one: it says what to remove, and removes nothing."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from followup.demo import older_data

KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPYCACHEPREFIX"}
OLDER = """
import os, psycopg
from pathlib import Path
from followup.demo import embedded_database
url = embedded_database.database_url(Path(os.environ["DATA_DIR"]))
with psycopg.connect(url) as connection:
    connection.execute("CREATE TABLE vault_subjectkey (subject uuid PRIMARY KEY)")
"""


def run(argv, place):
    inherited = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("COVERAGE")}
    env = {**inherited, "DATA_DIR": str(place / "d"), "KEY_DIR": str(place / "k"), "PYTHONPATH": ".", "BRIK_DEMO": "1"}
    return subprocess.run(argv, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120)


@pytest.mark.processes
@pytest.mark.proof
def test_data_of_an_older_demonstration_are_refused_in_one_sentence(tmp_path_factory):
    place = tmp_path_factory.mktemp("s")
    place.chmod(0o755)
    made = run([sys.executable, "-c", OLDER], place)
    assert made.returncode == 0, made.stderr
    said = run([sys.executable, "manage.py", "demo"], place)
    assert said.returncode != 0
    (sentence,) = said.stderr.strip().splitlines()
    assert sentence.endswith(older_data.SENTENCE.format(data=place / "d", keys=place / "k"))
    assert (place / "d/postgres/PG_VERSION").exists()


@pytest.mark.django_db
def test_the_tables_of_today_are_no_older_data(settings):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.vault_key') IS NOT NULL, to_regclass('public.vault_subjectkey')")
        assert cursor.fetchone() == (True, None)
    parts = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        **{name: parts[name] for name in ("dbname", "user", "host") if parts.get(name)}
    )
    assert not older_data.has_older_data(url)
