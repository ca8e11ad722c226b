"""The database's own server: new enough, and told that its disk finds any row as fast as the next one.

Older ones read a whole table where a condition has OR in it, and so does one that counts with a disk that turns.
"""

from __future__ import annotations

from typing import Final

from django.db import connections

OLDEST: Final = 16
RANDOM_PAGE_COST: Final = 1.1


def lines() -> str:
    """The setting as a line of a configuration file of PostgreSQL."""
    return f"random_page_cost = {RANDOM_PAGE_COST}\n"


def differences(using: str = "default") -> list[str]:
    """A sentence for an old server, and one for what it takes a row anywhere on the disk to cost."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_setting('random_page_cost')")
        version, cost = cursor.fetchone()
    found = []
    if version < OLDEST:
        found.append(f"The database's server is PostgreSQL {version}. Use {OLDEST} or newer.")
    if float(cost) > RANDOM_PAGE_COST:
        found.append(f"The database's server has random_page_cost = {cost}. Set it to {RANDOM_PAGE_COST}.")
    return found
