"""Reads what an installation sets in its environment; a missing or wrong value stops the start with a sentence."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def required(name: str, why: str) -> str:
    """The value of a variable. Raises ``ImproperlyConfigured``, saying what it is for, where it is not set."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {why}")
    return value


def whole_number(name: str, default: int) -> int:
    """A whole number from 1 up. Raises ``ImproperlyConfigured`` for anything else."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 1_000_000):
        raise ImproperlyConfigured(f"Set {name} to a whole number from 1 up.")
    return int(value)


def listed(name: str) -> list[str]:
    """The values of a variable that holds several, separated by commas."""
    return list(filter(None, os.environ.get(name, "").split(",")))


def database(url: str, *, connection_options: str) -> dict[str, object]:
    """Django's settings of the database at ``url``; each connection starts with ``connection_options``."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    if connection_options:
        options["options"] = f"{options.get('options', '')} {connection_options}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
