"""Checks of the database's server: its log holds no values, and it reads no whole table where an index serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

from brik.jobs import server_costs, server_log


@register(Tags.database)
def server_writes_no_values(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What ``manage.py check --database default`` says of the settings of the server's own log."""
    return [
        Warning(sentence, hint="See the README, The database's own log.", id="jobs.W001")
        for using in databases or ()
        for sentence in server_log.differences(using)
    ]


@register(Tags.database)
def server_uses_the_indexes(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What ``manage.py check --database default`` says of the server's version and of its costs."""
    return [
        Warning(sentence, hint="See the README, The database's server.", id="jobs.W002")
        for using in databases or ()
        for sentence in server_costs.differences(using)
    ]
