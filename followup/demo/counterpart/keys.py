"""The counterpart's key pair. BRIK knows only its public half."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from joserfc.jwk import RSAKey

from followup.sharing.wire import signing


def folder(data_dir: Path) -> Path:
    return data_dir / "counterpart"


def private_key(data_dir: Path) -> RSAKey:
    """The counterpart's key; the first call makes it."""
    path = folder(data_dir) / "private.pem"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = RSAKey.generate_key(3072)
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made.as_pem(private=True))
        with suppress(FileExistsError):  # of two processes at once, both use the key that was made first
            os.link(draft, path)
        draft.unlink()
    return RSAKey.import_key(path.read_bytes())


def public_jwk(data_dir: Path) -> dict[str, Any]:
    """The public half, for ``Organisation.public_key``."""
    return dict(json.loads(json.dumps(signing.public_jwk(private_key(data_dir)))))
