"""Pages of tagged PDF a second."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

from pypdf import PdfReader

from brik.pdf.document import PdfDocument
from tests.bench.figures import Figure, medians

PARAGRAPH = {
    "nb": "Du velger selv hva du vil svare på, og du kan ombestemme deg når som helst. " * 6,
    "ar": "أنت تختار ما تريد الإجابة عنه، ويمكنك تغيير رأيك في أي وقت. " * 6,
}


def measure() -> Iterator[Figure]:
    taken = medians({language: partial(written, language) for language in PARAGRAPH}, rounds=5)
    for language, seconds in taken.items():
        pages = len(PdfReader(io.BytesIO(written(language))).pages)
        yield Figure(f"pages of tagged PDF, {language}", pages / seconds, "/s")


def written(language: str) -> bytes:
    """About ten pages of headings, paragraphs and a table."""
    document = PdfDocument("Kartlegging", language)
    for _ in range(12):
        document.heading(2, PARAGRAPH[language][:30])
        for _ in range(4):
            document.paragraph(PARAGRAPH[language])
        document.table([PARAGRAPH[language][:12], PARAGRAPH[language][:20]], [[PARAGRAPH[language][:60]] * 2] * 8)
    return document.render()
