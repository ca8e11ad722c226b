"""What rotation costs: a hundred thousand data keys wrapped anew, against the same update without any cryptography."""

from __future__ import annotations

import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.verbs import Verb
from brik.vault.models import PERSON, Key
from brik.vault.providers.key_contents import read_contents, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.provider import forget, provider
from brik.vault.rotation import wrapping_keys
from brik.vault.rotation.rotation_role import rotation_role
from brik.vault.rotation.wrapping_keys import rewrap
from tests.bench.figures import Figure, medians

KEEPINGS, ROUNDS = 100_000, 3
BY = Process("bench")


def measure() -> Iterator[Figure]:
    _make_keys(KEEPINGS)
    taken = medians({"rotate": _rotate, "plain": _plain}, rounds=ROUNDS, warm_up=1)
    held = _held_at_most_by(_rotate)
    yield Figure(
        f"rotation of {KEEPINGS} keepings, against the same update without cryptography",
        taken["rotate"] / taken["plain"],
        at_most=1.5,
    )
    yield Figure("  the rotation, with its proof", taken["rotate"], "s")
    yield Figure("  memory that rotating took at most", held, "MiB")


def _rotate() -> None:
    write_contents(key_module(), read_contents(key_module()).with_new_key())
    forget()
    count = rewrap(by=BY)
    assert count.is_proved
    assert count.written >= KEEPINGS


def _plain() -> None:
    """The same reading, locking, writing and events, batch by batch, and the same reading at the end.

    It writes the bytes that are there: PostgreSQL writes such a row as any other, and it stays a key.
    """
    last, current = 0, provider().key_id
    while last is not None:
        last = _plain_batch(last, current)
    assert sum(row["key_id"] == current for row in wrapping_keys._all()) >= KEEPINGS


@rotation_role()
@transaction.atomic
def _plain_batch(after: int, current: str) -> Any:
    found = wrapping_keys._living().filter(pk__gt=after).order_by("pk").select_for_update(no_key=True)
    rows = list(found.values("pk", *wrapping_keys._columns())[: wrapping_keys.BATCH])
    if not rows:
        return None
    with connection.cursor() as cursor:
        columns = ([row[name] for row in rows] for name in ("pk", "wrapped", "before", "code"))
        cursor.execute(wrapping_keys._WRITE, [current, *columns])
    log.record(Verb.KEYS_ROTATED, by=BY, about=f"{current} {len(rows)}")
    return rows[-1]["pk"]


def _make_keys(count: int) -> None:
    opened = provider()
    for _ in range(count // 10_000):
        subjects = [uuid.uuid4() for _ in range(10_000)]
        Key.objects.bulk_create(
            Key(
                keeping=PERSON,
                subject=subject,
                person=subject,
                wrapped=opened.wrap(AESGCM.generate_key(256), PERSON, subject),
                key_id=opened.key_id,
            )
            for subject in subjects
        )


def _held_at_most_by(work: Callable[[], None]) -> float:
    """MiB of objects that exist at once while it works; what a process keeps of earlier work is not counted."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20
