"""Looks for words in clear wherever they could have been left: the database, its files, logs and folders.

Type unmistakable words into every field that should be sealed, then ``search`` for them. The database is read through
``pg_dump``, so nothing is forgotten: history, sessions and the job queue come along. Only what is committed is seen:
use ``@pytest.mark.django_db(transaction=True)``.
"""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from followup.demo import embedded_database
from followup.desk.erasure.word_forms import SHORTEST, forms, unpacked


@dataclass(frozen=True)
class Hit:
    """A word in clear: which, in what form, and where. Tests print it; canaries are nobody's data."""

    word: str
    form: str
    where: str


def word(label: str = "") -> str:
    """A word that stands nowhere else, with a letter outside ASCII so that every encoding shows.

    Without digits: a field that takes no number of a person would now and then refuse it.
    """
    return f"Kanarifugl{label}æ{''.join(secrets.choice(ascii_lowercase) for _ in range(8))}"


def search(
    words: Iterable[str],
    *,
    database: Mapping[str, Any] | None = None,
    folders: Iterable[Path] = (),
    texts: Mapping[str, str | bytes] | None = None,
) -> list[Hit]:
    """Every place where one of ``words`` stands in clear. ``database`` is ``connection.settings_dict``."""
    words = list(words)
    if short := [one for one in words if len(one) < SHORTEST]:
        raise ValueError(f"too short to be unmistakable: {short}")
    hits: set[Hit] = set()
    for where, content in _places(database, folders, texts or {}):
        for seen in (content, *unpacked(content)):
            for one in words:
                hits |= {Hit(one, form, where) for form, needle in forms(one) if needle in seen}
    return sorted(hits, key=lambda hit: (hit.where, hit.word, hit.form))


def dump(database: Mapping[str, Any]) -> bytes:
    """The whole database as SQL, bytes as hexadecimal."""
    command = [str(embedded_database.binaries() / "pg_dump"), "--no-password", "--username", database["USER"]]
    command += ["--host", database["HOST"], "--port", database["PORT"] or "5432", database["NAME"]]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"pg_dump failed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _places(
    database: Mapping[str, Any] | None, folders: Iterable[Path], texts: Mapping[str, str | bytes]
) -> Iterator[tuple[str, bytes]]:
    if database is not None:
        yield from _tables(dump(database))
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield str(path), str(path).encode() + b"\n" + path.read_bytes()
    for name, text in texts.items():
        yield name, text if isinstance(text, bytes) else text.encode()


def _tables(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The dump in parts, each named by its table, so that a hit says where to look."""
    parts = re.split(rb"(?m)^COPY public\.(\S+) ", content)
    yield "dump: schema", parts[0]
    for name, rows in zip(parts[1::2], parts[2::2], strict=True):
        yield f"dump: {name.decode()}", rows
