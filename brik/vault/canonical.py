"""The canonical bytes of a document, for hashing, signing and sealing, and the hashes of sealed content.

A hash in clear of what can be guessed tells it after the content is destroyed. So what is hashed holds a salt that is
sealed with it: in the document itself, or beside the bytes where these go to somebody else.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any


def canonical(content: dict[str, Any]) -> bytes:
    """The same content always gives the same bytes. Raises ``ValueError`` for NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def new_salt() -> str:
    """A salt for one document or message; never stored in clear."""
    return secrets.token_hex(32)


def salted_sha256(data: bytes, salt: str) -> str:
    """The hash of ``data`` that tells nothing of it to whoever lacks the salt."""
    return sha256(salt.encode() + data)
