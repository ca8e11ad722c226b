"""The same house with nothing sealed, to measure what sealing costs. Lives here only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from brik.vault import fields, keys, sealed_models
from brik.vault.place import SealedPlace
from brik.vault.sealing import NOTHING


@contextmanager
def in_clear() -> Iterator[None]:
    """Within it values are stored and read as they are: no key is asked for, nothing is bound, nothing encrypted."""
    changes: list[tuple[Any, str, Any]] = [
        (fields, "unseal", lambda key, stored, bound: stored),
        (sealed_models, "seal", lambda key, plain, bound: plain),
        *((owner, "seal_nothing", lambda key, bound: NOTHING) for owner in (fields, sealed_models)),
        *((owner, "demand_nothing", lambda key, stored, bound: None) for owner in (fields, sealed_models)),
        (keys, "key_for", lambda name: None),
        (keys, "key_for_sealing", lambda name: None),
        (keys, "preload", lambda people: None),
        (keys, "preload_names", lambda names: None),
        (keys, "preload_for_sealing", lambda names: None),
        (SealedPlace, "bound_to", lambda self, column: b""),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
