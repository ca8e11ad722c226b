"""Reads files and folders to the last byte, for words in clear and for wrapped keys that still open."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from followup.desk.erasure.word_forms import forms, unpacked

_PAGE: Final = 8192
_CHUNK: Final = 1024 * _PAGE
# What lies across the end of a chunk is found in the next: nothing that is looked for is longer.
_OVERLAP: Final = 16 * _PAGE
# The header of a page of the write-ahead log: of the first page of a file, and of the others.
_LONG_HEADER, _HEADER, _LOG = 40, 24, "pg_wal"
_GZIP = b"\x1f\x8b"


class Opener(Protocol):
    """Tries keys on what lies in some bytes."""

    def opened_in(self, content: bytes) -> Iterator[str]:
        """The id of each key that opens something in them."""


@dataclass(frozen=True)
class Finding:
    """Something that should not be there: where, and which. Never the word itself."""

    where: str
    what: str


@dataclass
class Scan:
    """What was read, and what was found in it."""

    files: int = 0
    size: int = 0
    findings: list[Finding] = field(default_factory=list)
    # Which of the marks stood in it: a scan of another database, or of an older copy, proves nothing.
    marks: set[bytes] = field(default_factory=set)


class Scanner:
    """Looks for the same words, keys and marks in several places."""

    def __init__(self, words: Iterable[str], opener: Opener, *, marks: Collection[bytes] = ()) -> None:
        """``marks`` are short parts that are expected."""
        self._needles: dict[bytes, str] = {}
        for number, word in enumerate(words, start=1):
            for form, needle in forms(word):
                self._needles.setdefault(needle, f"word {number} of the file, as {form}")
        self._opener, self._marks = opener, marks

    def file(self, path: Path) -> Scan:
        """One file; if it is packed with gzip, what is in it too. Raises ``OSError``."""
        scan = Scan()
        self._read(path, scan)
        return scan

    def folder(self, folder: Path) -> Scan:
        """Every file in a folder, through links too. Raises ``OSError`` for one that cannot be read."""
        scan = Scan()
        for path in _files(folder):
            try:
                self._read(path, scan)
            except FileNotFoundError:
                continue  # a running server removes files
        return scan

    def _read(self, path: Path, scan: Scan) -> None:
        scan.files += 1
        self._look(str(path).encode(), path, scan)
        with path.open("rb") as file:
            scan.size += os.fstat(file.fileno()).st_size
            is_packed = file.peek(2).startswith(_GZIP)
            for content in _chunks(file):
                for seen in (content, *unpacked(content), *_joined_pages(path, content)):
                    self._look(seen, path, scan)
            if is_packed:
                file.seek(0)
                self._read_packed(file, path, scan)

    def _read_packed(self, file: BinaryIO, path: Path, scan: Scan) -> None:
        # What only begins like a packed file has been read as it is.
        with suppress(EOFError, gzip.BadGzipFile, zlib.error), gzip.open(file) as inner:
            for content in _chunks(inner):
                self._look(content, path, scan)

    def _look(self, content: bytes, path: Path, scan: Scan) -> None:
        found = [what for needle, what in self._needles.items() if needle in content]
        found += [f"a data key that the wrapping key {key_id} opens" for key_id in self._opener.opened_in(content)]
        # What lies in the overlap is seen twice.
        scan.findings += [one for what in found if (one := Finding(str(path), what)) not in scan.findings]
        scan.marks |= {mark for mark in self._marks if mark in content}


def _files(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True, onerror=_refuse):
        # A link may lead back to where it stands.
        folders[:] = sorted(name for name in folders if os.path.realpath(os.path.join(root, name)) not in seen)
        seen |= {os.path.realpath(os.path.join(root, name)) for name in folders}
        yield from (path for name in sorted(names) if (path := Path(root, name)).is_file())


def _refuse(error: OSError) -> None:
    """Only what has gone meanwhile may be passed over."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _chunks(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    content = file.read(_CHUNK + _OVERLAP)
    while content:
        yield content
        if len(content) < _CHUNK + _OVERLAP:
            return
        content = content[_CHUNK:] + file.read(_CHUNK)


def _joined_pages(path: Path, content: bytes) -> Iterator[bytes]:
    """A record of the write-ahead log goes on behind the header of the next page: without these it is whole."""
    if _LOG in path.parts:
        headers = (_HEADER, _LONG_HEADER)
        yield from (
            b"".join(content[at + header : at + _PAGE] for at in range(0, len(content), _PAGE)) for header in headers
        )
