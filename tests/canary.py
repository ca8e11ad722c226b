"""Looks for words in clear wherever they could have been left: the database, its files, logs and folders.

Type unmistakable words into every field that should be sealed, then ``search`` for them. The database is read through
``pg_dump``, so nothing is forgotten: history, sessions and the job queue come along. Only what is committed is seen:
use ``@pytest.mark.django_db(transaction=True)``.
"""

from __future__ import annotations

import base64
import html
import json
import re
import secrets
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from followup.demo import embedded_database

SHORTEST = 8
# What Django signs and compresses (sessions, cookies), whatever stands before it.
SIGNED = re.compile(rb"eJ[A-Za-z0-9_-]{18,}")
STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True)
class Hit:
    """A word in clear: which, in what form, and where. Tests print it; canaries are nobody's data."""

    word: str
    form: str
    where: str


def word(label: str = "") -> str:
    """A word that stands nowhere else, with a letter outside ASCII so that every encoding shows."""
    return f"Kanarifugl{label}æ{secrets.token_hex(4)}"


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
        for seen in (content, *_inflated(content)):
            for one in words:
                hits |= {Hit(one, form, where) for form, needle in _forms(one) if needle in seen}
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


@cache
def _forms(one: str) -> tuple[tuple[str, bytes], ...]:
    """How a word can look: its encodings, as upper and lower case too, and each of those as hexadecimal and base64."""
    plain: dict[str, bytes] = {}
    for case, text in {"": one, " lower": one.lower(), " upper": one.upper()}.items():
        plain[f"utf-8{case}"] = text.encode()
        plain[f"latin-1{case}"] = text.encode("latin-1", errors="replace")
        plain[f"utf-16-le{case}"] = text.encode("utf-16-le")
        plain[f"utf-16-be{case}"] = text.encode("utf-16-be")
        plain[f"json{case}"] = json.dumps(text)[1:-1].encode()
        plain[f"json twice{case}"] = json.dumps(json.dumps(text))[3:-3].encode()
        plain[f"url{case}"] = quote(text).encode()
        plain[f"html{case}"] = html.escape(text).encode("ascii", "xmlcharrefreplace")
    forms = dict(plain)
    for name, content in plain.items():
        based = _base64(content)
        forms |= {f"base64 of {name} ({shift})": part for shift, part in enumerate(based)}
        forms[f"hex of {name}"] = content.hex().encode()
        forms[f"HEX of {name}"] = content.hex().upper().encode()
        forms |= {f"hex of base64 of {name} ({shift})": part.hex().encode() for shift, part in enumerate(based)}
    return tuple(forms.items())


def _base64(content: bytes) -> list[bytes]:
    """The part of the base64 that does not depend on its neighbours, for each of the three alignments, both alphabets."""
    found = []
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + content).rstrip(b"=")
        inner = encoded[-(-shift * 8 // 6) : (shift + len(content)) * 8 // 6]
        found += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return found


def _inflated(content: bytes) -> Iterator[bytes]:
    """What was packed before it was stored: signed sessions, gzip, and the streams of PDF documents."""
    for match in SIGNED.finditer(content):
        token = match.group()
        yield from _inflate(base64.urlsafe_b64decode(token[: len(token) // 4 * 4]))
    for unhexed in re.findall(rb"\\\\x((?:78|1f8b|25504446)[0-9a-f]+)", content):
        yield from _streams(bytes.fromhex(unhexed.decode()))
    yield from _streams(content)


def _streams(content: bytes) -> Iterator[bytes]:
    yield from (found for found in [content] if content[:4] == b"%PDF")
    yield from _inflate(content)
    if (name_end := content.find(b"\n")) != -1:
        yield from _inflate(content[name_end + 1 :])
    for match in STREAM.finditer(content):
        yield from _inflate(content[match.end() :])


def _inflate(packed: bytes) -> Iterator[bytes]:
    if packed[:1] != b"\x78" and packed[:2] != b"\x1f\x8b":
        return
    try:
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(packed)
    except zlib.error:
        return
