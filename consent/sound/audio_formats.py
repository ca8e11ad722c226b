"""What counts as a sound: the file is walked from its first byte to its last, so half a file is none.

Ogg Opus (RFC 3533, RFC 7845), WAV with PCM (Python's ``wave``), MP3 (ISO/IEC 11172-3, layer III).
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Final

# A paragraph is a few sentences. A minute of WAV is about five million bytes.
MOST_BYTES: Final = 6_000_000
LEAST_BYTES: Final = 200
CONTENT_TYPES: Final = {"opus": "audio/ogg", "ogg": "audio/ogg", "wav": "audio/wav", "mp3": "audio/mpeg"}
_OGG_HEAD, _LAST_PAGE = 27, 4
# Kilobits a second of MPEG 1 and of MPEG 2 and 2.5, and samples a second, each by its index in the header.
_BITRATES = {
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LEAST_FRAMES = 4


class BadSound(ValueError):
    """The bytes are not a whole sound. The sentence says why."""


def demand_sound(content: bytes, ending: str) -> None:
    """Raises :class:`BadSound` unless the bytes are one whole sound of the kind that the file's name says."""
    if ending not in CONTENT_TYPES:
        raise BadSound("only Ogg Opus (.opus, .ogg), WAV (.wav) and MP3 (.mp3) can be played")
    if len(content) > MOST_BYTES:
        raise BadSound(f"larger than {MOST_BYTES // 1_000_000} MB")
    if len(content) < LEAST_BYTES:
        raise BadSound("too small to hold a sound")
    _WALKS[ending](content)


def _ogg_opus(content: bytes) -> None:
    if not (content.startswith(b"OggS") and content[28:36] == b"OpusHead"):
        raise BadSound("not an Ogg Opus file: its first page is another")
    at = last = 0
    while at < len(content):
        if content[at : at + 4] != b"OggS" or len(content) < at + _OGG_HEAD:
            raise BadSound("an Ogg page is cut off or damaged")
        last, segments = content[at + 5], content[at + 26]
        at += _OGG_HEAD + segments + sum(content[at + _OGG_HEAD : at + _OGG_HEAD + segments])
    if at != len(content) or not last & _LAST_PAGE:
        raise BadSound("the file ends before its last Ogg page")


def _wav(content: bytes) -> None:
    try:
        with wave.open(io.BytesIO(content)) as sound:
            frames, width = sound.getnframes(), sound.getnchannels() * sound.getsampwidth()
            read = len(sound.readframes(frames))
    except (wave.Error, EOFError) as error:
        raise BadSound(f"not a WAV file with PCM sound: {error or 'it is cut off'}") from None
    if not frames or read != frames * width:
        raise BadSound("the file ends before its sound does")


def _mp3(content: bytes) -> None:
    at, end, frames = _after_id3(content), len(content), 0
    if content[-128:-125] == b"TAG":
        end -= 128
    while at < end:
        at += _mp3_frame(content[at : at + 4])
        frames += 1
    if at != end or frames < _LEAST_FRAMES:
        raise BadSound("the file ends before its last MP3 frame")


def _after_id3(content: bytes) -> int:
    """Where the first frame begins. The size of the tag has seven bits a byte (ID3v2.4.0, 6.2)."""
    if not content.startswith(b"ID3"):
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _mp3_frame(head: bytes) -> int:
    """The length of a frame in bytes."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        raise BadSound("not an MP3 file: a frame of layer III is missing")
    version, bitrate, rate, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in _RATES or rate == 3 or not 0 < bitrate < 15:
        raise BadSound("not an MP3 file: a frame says what cannot be")
    kilobits = _BITRATES[1 if version == 3 else 2][bitrate - 1]
    return (144 if version == 3 else 72) * kilobits * 1000 // _RATES[version][rate] + padding


_WALKS: Final[dict[str, Callable[[bytes], None]]] = {"opus": _ogg_opus, "ogg": _ogg_opus, "wav": _wav, "mp3": _mp3}
