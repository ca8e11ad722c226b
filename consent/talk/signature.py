"""A signature: drawn on the screen, typed with a confirmation, or written on paper and scanned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from brik.vault.canonical import sha256
from consent.record import steps
from consent.record.choices import NotReady
from consent.talk.signing.scans import is_clean

MAX_SCAN = 10 * 1024 * 1024
MAX_PATH = 100_000
# Wider than any screen.
WIDEST = 100_000
# Only what draws lines: a path can carry no script, no link and no text.
PATH = re.compile(r"[MLC0-9 .,\-]+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Signature:
    """A signature as it is stored."""

    method: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data)

    @staticmethod
    def of(answer: dict[str, Any], *, scan: bytes | None) -> Signature | None:
        """The signature in an answer; None where nothing was signed (a refusal, a deferral).

        Raises:
            NotReady: it is no signature of the chosen method.
        """
        method = answer.get("method")
        if method == "DRAWN" and is_drawing(answer.get("path", "")):
            return Signature(method, svg(answer["path"]))
        if method == "TYPED" and answer.get("name") and answer.get("confirmed") is True:
            return Signature(method, str(answer["name"]).encode())
        if method == "PAPER" and scan is not None and is_clean(scan):
            return Signature(method, scan)
        if method:
            raise NotReady(steps.SIGNATURE)
        return None


def is_drawing(path: str) -> bool:
    """Whether this is the path of a drawing: only lines, between different points that fit on a screen."""
    if not (0 < len(path) <= MAX_PATH and "M" in path and PATH.fullmatch(path)):
        return False
    numbers = [float(number) for number in NUMBER.findall(path)]
    points = set(zip(numbers[0::2], numbers[1::2], strict=False))
    return len(points) > 1 and all(abs(number) < WIDEST for number in numbers)


def svg(path: str) -> bytes:
    """The drawing as an SVG file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box(path)}">'
        f'<path d="{path}" fill="none" stroke="#141E2D" stroke-width="3" stroke-linecap="round"/></svg>'
    ).encode()


def view_box(path: str) -> str:
    """The frame around a drawing, with a margin. The numbers of a path are pairs of x and y."""
    numbers = [float(number) for number in NUMBER.findall(path)]
    across, down = numbers[0::2] or [0.0], numbers[1::2] or [0.0]
    left, top = min(across) - 8, min(down) - 8
    return f"{left:.0f} {top:.0f} {max(across) - left + 8:.0f} {max(down) - top + 8:.0f}"


def strokes(path: str) -> list[list[tuple[float, ...]]]:
    """The strokes of a drawing: each begins at a point and goes on by points, or by curves of six numbers."""
    found: list[list[tuple[float, ...]]] = []
    for command, numbers in re.findall(r"([MLC])([^MLC]*)", path):
        values, length = [float(number) for number in NUMBER.findall(numbers)], 6 if command == "C" else 2
        parts = [tuple(values[at : at + length]) for at in range(0, len(values) - length + 1, length)]
        if command == "M" and parts:
            found.append(parts[:1])
        elif found:
            found[-1] += parts
    return found


def path_in(picture: bytes) -> str:
    """The path of a stored drawing."""
    match = re.search(rb' d="([^"]*)"', picture)
    return match[1].decode() if match else ""
