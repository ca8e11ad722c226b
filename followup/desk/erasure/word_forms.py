"""How a word can look where it was left: in other encodings, escaped, in base64 or hexadecimal, or packed."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

# A shorter word could stand anywhere by chance.
SHORTEST = 8
# What Django signs and compresses (sessions, cookies), whatever stands before it.
_SIGNED = re.compile(rb"eJ[A-Za-z0-9_-]{18,}")
_STREAM = re.compile(rb"stream\r?\n")


@cache
def forms(word: str) -> tuple[tuple[str, bytes], ...]:
    """How a word can look: its encodings, as upper and lower case too, and each of those as hexadecimal and base64."""
    plain: dict[str, bytes] = {}
    for case, text in {"": word, " lower": word.lower(), " upper": word.upper()}.items():
        plain[f"utf-8{case}"] = text.encode()
        plain[f"latin-1{case}"] = text.encode("latin-1", errors="replace")
        plain[f"utf-16-le{case}"] = text.encode("utf-16-le")
        plain[f"utf-16-be{case}"] = text.encode("utf-16-be")
        plain[f"json{case}"] = json.dumps(text)[1:-1].encode()
        plain[f"json twice{case}"] = json.dumps(json.dumps(text))[3:-3].encode()
        plain[f"url{case}"] = quote(text).encode()
        plain[f"html{case}"] = html.escape(text).encode("ascii", "xmlcharrefreplace")
    found = dict(plain)
    for name, content in plain.items():
        based = _base64(content)
        found |= {f"base64 of {name} ({shift})": part for shift, part in enumerate(based)}
        found[f"hex of {name}"] = content.hex().encode()
        found[f"HEX of {name}"] = content.hex().upper().encode()
        found |= {f"hex of base64 of {name} ({shift})": part.hex().encode() for shift, part in enumerate(based)}
    return tuple(found.items())


def _base64(content: bytes) -> list[bytes]:
    """The part of the base64 that does not depend on its neighbours: each of three alignments, both alphabets."""
    found = []
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + content).rstrip(b"=")
        inner = encoded[-(-shift * 8 // 6) : (shift + len(content)) * 8 // 6]
        found += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """What was packed before it was stored: signed sessions, gzip, and the streams of PDF documents."""
    for match in _SIGNED.finditer(content):
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
    for match in _STREAM.finditer(content):
        yield from _inflate(content[match.end() :])


def _inflate(packed: bytes) -> Iterator[bytes]:
    if packed[:1] != b"\x78" and packed[:2] != b"\x1f\x8b":
        return
    try:
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(packed)
    except zlib.error:
        return
