"""Where the sounds lie: ``SOUND_DIR/recorded`` and ``…/machine``, a folder a language, never in the repository.

A file is named ``paragraph.hash.ending``: the paragraph for people, the hash for the program. A recording by a person
comes before the machine's. A file is written beside its place and moved there whole.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from brik.definitions import languages
from consent.sound.audio_formats import CONTENT_TYPES, demand_sound
from consent.sound.paragraphs import HASH_LENGTH, Paragraph

RECORDED: Final = "recorded"
MACHINE: Final = "machine"
_UNFINISHED = ".part"
_NAME = re.compile(rf"(?P<paragraph>[\w.]+)\.(?P<hash>[0-9a-f]{{{HASH_LENGTH}}})\.(?P<ending>\w+)", re.ASCII)


@dataclass(frozen=True)
class SoundFile:
    """A file that holds a paragraph."""

    path: Path
    language: str
    paragraph: str
    hash: str
    ending: str
    by_machine: bool

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.ending]


def named(path: Path, language: str, *, by_machine: bool = False) -> SoundFile | None:
    """The file by its name; None where the name is not one of a sound."""
    parts = _NAME.fullmatch(path.name)
    if parts is None or parts["ending"] not in CONTENT_TYPES:
        return None
    return SoundFile(path, language, parts["paragraph"], parts["hash"], parts["ending"], by_machine)


def all_files(kind: str) -> Iterator[SoundFile]:
    """Every file of a kind, in order."""
    for language in languages.CODES:
        yield from _files(kind, language).values()


def find(language: str, paragraph_hash: str) -> SoundFile | None:
    """The sound of a paragraph: a person's, else the machine's."""
    if language not in languages.CODES:
        return None
    return _files(RECORDED, language).get(paragraph_hash) or _files(MACHINE, language).get(paragraph_hash)


def any_in(language: str) -> bool:
    """Whether anything can be heard in a language."""
    return bool(_files(RECORDED, language) or _files(MACHINE, language))


def store(content: bytes, paragraph: Paragraph, *, ending: str, kind: str) -> Path:
    """Put a sound in its place. Raises ``BadSound`` and writes nothing where the bytes are none.

    Ended at any moment, it leaves the file whole or not at all.
    """
    demand_sound(content, ending)
    folder = _folder(kind, paragraph.language)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{paragraph.stem}.{ending}"
    with tempfile.NamedTemporaryFile(dir=folder, suffix=_UNFINISHED, delete=False) as unfinished:
        unfinished.write(content)
        unfinished.flush()
        os.fsync(unfinished.fileno())
    os.chmod(unfinished.name, 0o644)
    os.replace(unfinished.name, place)
    for other in folder.glob(f"*.{paragraph.hash}.*"):
        if other != place:
            other.unlink()
    return place


def remove_unfinished() -> int:
    """Remove what a run that was killed has left. For the one run that writes."""
    left = list(_root().glob(f"*/*/*{_UNFINISHED}"))
    for path in left:
        path.unlink()
    return len(left)


def lock_path() -> Path:
    """The file that the one run that writes holds locked."""
    _root().mkdir(parents=True, exist_ok=True)
    return _root() / "audio.lock"


def _root() -> Path:
    return Path(settings.SOUND_DIR)


def _folder(kind: str, language: str) -> Path:
    return _root() / kind / language


def _files(kind: str, language: str) -> dict[str, SoundFile]:
    """The files of a folder by hash; read again when the folder has changed."""
    folder = _folder(kind, language)
    try:
        changed = folder.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(folder, language, kind == MACHINE, changed)


@lru_cache(maxsize=16)
def _read(folder: Path, language: str, by_machine: bool, changed: int) -> dict[str, SoundFile]:
    found = (named(path, language, by_machine=by_machine) for path in sorted(folder.iterdir()))
    return {sound.hash: sound for sound in found if sound}
