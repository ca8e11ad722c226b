"""Periodic work: how a room declares it, and how it reaches many people one by one.

Periodic work that failed is not tried again: the next run comes anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import structlog
from django.db import connection, transaction
from procrastinate.contrib.django import app

from brik.vault import keys

# The name of the queue stands in the database with every job that waits.
PERIODIC: Final = "tending"
EVERY_MINUTE: Final = "* * * * *"
Item = TypeVar("Item")
log = structlog.get_logger("brik.jobs")


def periodic(name: str, *, cron: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a function as periodic work under ``name``, which stays when the module moves.

    The worker calls it with ``timestamp`` at each time of ``cron``; it never waits twice at once. ``options`` are those
    of Procrastinate's ``task``. Two jobs of one name stop the start.
    """

    def declare(work: Callable[..., Any]) -> Any:
        as_task: Callable[..., Any] = app.task(name=name, queue=PERIODIC, queueing_lock=name, **options)
        return app.periodic(cron=cron, periodic_id=name)(as_task(work))

    return declare


def each(items: Iterable[Item], work: Callable[[Item], object], *, task: str, named: str) -> None:
    """Do the work for each item, in a transaction and with a key ring of its own.

    ``named`` is the field of the log that the item's id goes into: ``subject`` or ``unit``.

    Raises:
        RuntimeError: it failed for some items. Raised when all others are done, so that the job is seen to fail.
    """
    failed = 0
    for item in items:
        try:
            with keys.ring(), transaction.atomic():
                work(item)
        except Exception as error:
            if not connection.is_usable():
                # The items that follow would not be reached either; the whole job is tried again.
                raise
            failed += 1
            # Types and lines only: the message of an exception may hold personal data.
            log.error("periodic.failed", task=task, **{named: _id(item)}, error=type(error).__name__, exc_info=True)
    if failed:
        raise RuntimeError(f"failed for {failed} items; the log names them")


def _id(item: object) -> object:
    """The id of an item, or of the row that it is; of a pair the first."""
    item = item[0] if isinstance(item, tuple) else item
    return getattr(item, "pk", item)
