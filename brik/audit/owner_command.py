"""Which commands work as the owner of the tables: those that say so. All else works as the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

_owner_blocks = 0


class OwnerCommand(BaseCommand):
    """A command that changes the schema, declared by ``class Command(OwnerCommand)``. It opens nobody's data."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As Django's own, with every connection as the login itself."""
        with owner_role():
            return super().execute(*args, **options)


@contextmanager
def owner_role() -> Iterator[None]:
    """In the block, connect as the login itself, and not as the application's role."""
    global _owner_blocks
    # The one dictionary that all connections of this process are opened by.
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
    """Whether this process is within such a block."""
    return _owner_blocks > 0


def _reconnect_with(options: dict[str, Any], startup: str) -> None:
    if startup != options.get("options", ""):
        connections["default"].close()
        options["options"] = startup
