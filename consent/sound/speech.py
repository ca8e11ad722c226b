"""The machine's voice: espeak-ng speaks and opusenc packs, where Debian's packages are installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from brik.definitions.languages import BY_CODE, Language
from consent.sound.paragraphs import Paragraph

# espeak-ng has no voice of its own for nynorsk: the one of bokmål reads it, and page and command say so.
VOICES: Final = {
    Language.BOKMAAL: "nb",
    Language.NYNORSK: "nb",
    Language.ENGLISH: "en-gb",
    Language.ARABIC: "ar",
}
ENDING: Final = "opus"
# Slower than the machine's own 175, for somebody who hears a language that may not be theirs.
WORDS_A_MINUTE: Final = 140
KILOBITS: Final = 24
PROGRAMS: Final = {"espeak-ng": "espeak-ng", "opusenc": "opus-tools"}
SECONDS: Final = 60


class SpeechUnavailable(RuntimeError):
    """A program is missing, or could not speak. The sentence says what to do."""


def demand_programs() -> None:
    """Raises :class:`SpeechUnavailable` where a program is not installed."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        raise SpeechUnavailable(
            f"Nothing can be spoken without {' and '.join(missing)}: apt install {' '.join(missing)}"
        )


def speak(paragraph: Paragraph) -> bytes:
    """The paragraph as Ogg Opus. Its words go in by the standard input, and nothing is written to disk."""
    voice = VOICES[BY_CODE[paragraph.language]]
    spoken = _run(
        ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-b", "1", "--stdin", "--stdout"],
        paragraph.spoken.encode(),
    )
    return _run(["opusenc", "--quiet", "--bitrate", str(KILOBITS), "-", "-"], spoken)


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechUnavailable(f"{command[0]} could not speak: {error}") from None
    return done.stdout
