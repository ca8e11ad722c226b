"""Commands that work as the owner of the tables. Everything else works as the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

_owner_blocks = 0


class OwnerCommand(BaseCommand):
    """The base class of commands that change the schema. They open no sealed data."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As Django's own, but connected as the login itself, which owns the tables."""
        with owner_role():
            return super().execute(*args, **options)


@contextmanager
def owner_role() -> Iterator[None]:
    """In the block, connect as the login itself and not as the application's role."""
    global _owner_blocks
    # All connections of this process are opened with this dictionary.
    options = connections.settings["default"]["OPTIONS"]
    before = options.get("options", "")
    _owner_blocks += 1
    try:
        _reconnect_with(options, before.replace(settings.APPLICATION_ROLE_OPTION, "").strip())
        yield
    finally:
        _owner_blocks -= 1
        _reconnect_with(options, before)


def works_as_owner() -> bool:
    """Whether this process is in a block of :func:`owner_role`."""
    return _owner_blocks > 0


def _reconnect_with(options: dict[str, Any], startup: str) -> None:
    if startup != options.get("options", ""):
        connections["default"].close()
        options["options"] = startup
