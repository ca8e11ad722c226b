"""The one way to write a document down, so that it can be hashed, signed and sealed, and be the same again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


def canonical(content: dict[str, Any]) -> bytes:
    """The bytes of a document: the same content always gives the same bytes. Raises ``ValueError`` for NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
