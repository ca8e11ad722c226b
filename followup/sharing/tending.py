"""Periodic work for many people: one that breaks is left behind and told of, and everybody after it is reached.

Periodic work that failed is not tried again by itself: in a minute it comes anyway, and a retry would stand in its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import connection, transaction

from brik.vault import keys

TENDING = "tending"
Item = TypeVar("Item")
log = structlog.get_logger("followup.tending")


class NotAllReached(Exception):
    """Something broke for so many; the rest has been done. Which ones stands in the technical log."""


def each(items: Iterable[Item], do: Callable[[Item], object], *, task: str, named: str) -> None:
    """Do it for each, in a transaction and with a key ring of its own.

    ``named`` is the field of the log that the item's id goes into: ``subject`` or ``unit``.

    Raises:
        NotAllReached: it broke for some; raised when all the others are done, so that the job is seen to fail.
    """
    broken = 0
    for item in items:
        try:
            with keys.ring(), transaction.atomic():
                do(item)
        except Exception as error:
            if not connection.is_usable():
                # Nobody behind would be reached either; the whole job is tried again.
                raise
            broken += 1
            # Types and lines only: what an exception says may be somebody's words.
            log.error("periodic.broke", task=task, **{named: _id(item)}, error=type(error).__name__, exc_info=True)
    if broken:
        raise NotAllReached(f"{broken}")


def _id(item: object) -> object:
    """The id of an item, or of the row that it is; of a pair the first."""
    item = item[0] if isinstance(item, tuple) else item
    return getattr(item, "pk", item)
