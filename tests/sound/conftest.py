"""A folder of sounds of the test's own, and tones that stand for recordings."""

import io
import math
import struct
import wave

import pytest

from consent.sound.paragraphs import paragraphs


@pytest.fixture
def sound_dir(settings, tmp_path):
    settings.SOUND_DIR = tmp_path / "sound"
    return settings.SOUND_DIR


@pytest.fixture
def tone():
    """A short tone as WAV."""
    return a_tone()


def a_tone(seconds=0.4, rate=16000):
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        waves = (int(8000 * math.sin(at / 10)) for at in range(int(seconds * rate)))
        sound.writeframes(b"".join(struct.pack("<h", height) for height in waves))
    return content.getvalue()


@pytest.fixture
def paragraph():
    """The first thing that a talk says of itself."""
    return named("information.promise")


def named(name, language="nb"):
    return next(found for found in paragraphs() if (found.name, found.language) == (name, language))
