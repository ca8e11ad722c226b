"""The tests' own database server does not wait for the disk: what it holds is thrown away.

A transaction is still atomic, isolated and seen by all; only after a loss of power the files could be broken. With these
settings no test can be about what survives that; those about a server that is killed start one of their own
(``tests/setup/test_start.py``, ``tests/mapping/test_database_stopped.py``).
"""

import os

import psycopg
from django.db import connection

# PostgreSQL 18, 18.5 "Non-Durable Settings": those that a running server takes over.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "checkpoint_timeout": "1h"}


def waits_for_no_disk() -> None:
    """Give the settings to the embedded server, and keep the hands off one that ``DATABASE_URL`` names."""
    if os.environ.get("DATABASE_URL"):
        return
    place = {name: connection.settings_dict[name.upper()] or None for name in ("host", "port", "user", "password")}
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as server:
        for name, value in SETTINGS.items():
            server.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.execute("SELECT pg_reload_conf()")
