"""The known answers in ``vectors/``, and our own code as it is called with what they name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from brik.vault.place import bound, column_data
from brik.vault.providers.provider import provider

FOLDER = Path(__file__).resolve().parent / "vectors"
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """The cases of one file."""
    content: list[Case] = json.loads((FOLDER / f"{name}.json").read_text())["cases"]
    return content


def bytes_of(case: Case, *names: str) -> list[bytes]:
    """What a case writes as hexadecimal digits."""
    return [bytes.fromhex(case[name]) for name in names]


def bound_to(place: Case) -> bytes:
    """What our code binds a value to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider(), "installation", place["installation"])
        column = column_data(place["table"], place["column"])
    return bound(column, UUID(place["person"]), UUID(place["row"]), place["row_version"])


@contextmanager
def nonces(*given: bytes) -> Iterator[None]:
    """Our code seals with these nonces, in this order, where it takes random ones."""
    left = list(given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brik.vault.sealing.os.urandom", lambda length: left.pop(0))
        yield
    assert left == []
