"""Sheets of paper as a scanner or a telephone sends them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from brik.pdf.document import PdfDocument


def a_photo(form: str = "JPEG", *, size: tuple[int, int] = (600, 800), comment: str = "") -> bytes:
    """A white sheet with a line on it; ``comment`` lies in the file's metadata."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).line([(50, size[1] // 2), (size[0] - 50, size[1] // 3)], fill="black", width=6)
    file = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = comment
    picture.save(file, form, exif=exif)
    return file.getvalue()


def a_scanned_pdf(*, pages: int = 1, words: str = "Samtykke") -> bytes:
    """A file of pages with some words."""
    document = PdfDocument("Ark", "nb")
    for number in range(pages):
        if number:
            document.new_page()
        document.paragraph(words)
    return document.render()
