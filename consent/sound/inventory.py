"""What there is to hear: what is missing, what no longer fits any words, and what is no sound at all."""

from __future__ import annotations

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from brik.definitions import languages
from consent.sound import sound_files, speech
from consent.sound.audio_formats import MOST_BYTES, BadSound, demand_sound
from consent.sound.paragraphs import Paragraph, paragraphs
from consent.sound.sound_files import MACHINE, RECORDED, SoundFile


class AnotherRun(RuntimeError):
    """Another run is writing sounds."""


@dataclass(frozen=True)
class FileRefused:
    """A file that is not taken in, or cannot stay, and why."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}."


@contextmanager
def one_run() -> Iterator[None]:
    """The only run that writes sounds. Raises :class:`AnotherRun`. What a killed run left is removed first."""
    with open(sound_files.lock_path(), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherRun("Another run is writing sounds; wait until it has ended.") from None
        sound_files.remove_unfinished()
        yield


def unheard(*, recorded_only: bool = False) -> list[Paragraph]:
    """The paragraphs without a sound; with ``recorded_only`` those that no person has read."""
    return [paragraph for paragraph in paragraphs() if _is_missing(paragraph, recorded_only)]


def _is_missing(paragraph: Paragraph, recorded_only: bool) -> bool:
    sound = sound_files.find(paragraph.language, paragraph.hash)
    return sound is None or (recorded_only and sound.by_machine)


def wrong() -> list[FileRefused]:
    """What lies among the sounds and no longer fits any words, or is not a whole sound."""
    known = {(paragraph.language, paragraph.hash) for paragraph in paragraphs()}
    return [
        FileRefused(f"{kind}/{sound.language}/{sound.path.name}", reason)
        for kind in (RECORDED, MACHINE)
        for sound in sound_files.all_files(kind)
        if (reason := _why_wrong(sound, known))
    ]


def _why_wrong(sound: SoundFile, known: set[tuple[str, str]]) -> str:
    if (sound.language, sound.hash) not in known:
        return "no paragraph has these words any more"
    try:
        demand_sound(_content(sound.path), sound.ending)
    except BadSound as error:
        return str(error)
    return ""


def take_in(folder: Path) -> tuple[int, list[FileRefused]]:
    """Take in the recordings of a folder: how many, and those that are refused.

    A file is named ``language/paragraph.hash.ending``, as ``audio list`` prints it.
    """
    known = {(paragraph.language, paragraph.hash): paragraph for paragraph in paragraphs()}
    taken, refused = 0, list[FileRefused]()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        name, sound = str(path.relative_to(folder)), sound_files.named(path, path.parent.name)
        paragraph = known.get((sound.language, sound.hash)) if sound else None
        if sound is None or sound.language not in languages.CODES:
            refused.append(FileRefused(name, "the name must be as in nb/paragraph.hash.opus (or .ogg, .wav, .mp3)"))
        elif paragraph is None:
            refused.append(FileRefused(name, "no paragraph has these words any more: print the list again"))
        else:
            try:
                sound_files.store(_content(path), paragraph, ending=sound.ending, kind=RECORDED)
                taken += 1
            except BadSound as error:
                refused.append(FileRefused(name, str(error)))
    return taken, refused


def make() -> Generator[Paragraph, None, None]:
    """Speak what nobody has read and the machine has not spoken yet, one after the other."""
    for paragraph in unheard():
        sound_files.store(speech.speak(paragraph), paragraph, ending=speech.ENDING, kind=MACHINE)
        yield paragraph


def _content(path: Path) -> bytes:
    """No more of a file than shows that it is too large."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
