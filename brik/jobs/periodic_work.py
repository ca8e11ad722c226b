"""Periodic work: how a room declares it, and how it does the same for many people, one by one.

A failed run is not tried again: the next run comes anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import structlog
from django.db import connection, transaction
from procrastinate.contrib.django import app

from brik.pages.unsaved.outage import Outage
from brik.vault import keys

# The name of the queue is stored with every waiting job.
PERIODIC: Final = "tending"
EVERY_MINUTE: Final = "* * * * *"
Item = TypeVar("Item")
log = structlog.get_logger("brik.jobs")


def periodic(name: str, *, cron: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a function as periodic work. ``name`` is stored in the database and stays when the module moves.

    The worker calls it with ``timestamp`` at each time of ``cron``; at most one run of it waits. ``options`` are those
    of Procrastinate's ``task``. Two jobs with one name stop the start.
    """

    def declare(work: Callable[..., Any]) -> Any:
        as_task: Callable[..., Any] = app.task(name=name, queue=PERIODIC, queueing_lock=name, **options)
        return app.periodic(cron=cron, periodic_id=name)(as_task(work))

    return declare


def each(items: Iterable[Item], work: Callable[[Item], object], *, task: str, named: str) -> None:
    """Do the work for each item, each in its own transaction and with its own key ring.

    ``named`` is the log's field for the item's id: ``subject`` or ``unit``.

    Raises:
        RuntimeError: it failed for some items. Raised when all others are done, so that the job is seen to fail.
    """
    failed = 0
    for item in items:
        try:
            with keys.ring(), transaction.atomic():
                work(item)
        except Exception as error:
            if isinstance(error, Outage) or not connection.is_usable():
                # The keys or the database are away, so the other items would fail too.
                raise
            failed += 1
            # The log writes only types and lines of an exception: its message may hold personal data.
            log.error("periodic.failed", task=task, **{named: _id(item)}, error=type(error).__name__, exc_info=True)
    if failed:
        raise RuntimeError(f"failed for {failed} items; the log names them")


def _id(item: object) -> object:
    """The id of an item: a row's key, the first of a pair, or the item itself."""
    item = item[0] if isinstance(item, tuple) else item
    return getattr(item, "pk", item)
