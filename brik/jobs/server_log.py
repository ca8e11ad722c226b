"""The log of the database's own server holds no values: not of a statement that fails, nor of one that takes long.

A statement is sent with its values in it, and the message of an error repeats one ("invalid input syntax for …"), so
the server writes down neither. The application's log has the type of each error and its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db import connections

# Each setting of the server with what it may be; the first is what the embedded database is given.
SETTINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # The server's own life, and no error of a statement.
        "log_min_messages": ("log", "fatal", "panic"),
        "log_min_error_statement": ("panic",),
        # Without DETAIL, which repeats the whole row.
        "log_error_verbosity": ("terse",),
        "log_statement": ("none",),
        "log_min_duration_statement": ("-1",),
        "log_min_duration_sample": ("-1",),
        "log_transaction_sample_rate": ("0",),
        "log_parameter_max_length": ("0",),
        "log_parameter_max_length_on_error": ("0",),
    }
)


def lines() -> str:
    """The settings as lines of a configuration file of PostgreSQL."""
    return "".join(f"{name} = {accepted[0]}\n" for name, accepted in SETTINGS.items())


def differences(using: str = "default") -> list[str]:
    """A sentence for each setting by which the server may write values into its log."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(SETTINGS)])
        present = dict(cursor.fetchall())
    return [
        f"The database's server has {name} = {present[name]}: its log may hold personal data. Set it to {accepted[0]}."
        for name, accepted in SETTINGS.items()
        if name in present and present[name] not in accepted
    ]
