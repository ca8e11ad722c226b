"""A scan or photo of a signed paper: opened, and redrawn to clean pages.

What is kept is what was seen: pixels, without the metadata, layers, scripts and hidden text of the file that was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PAGES: Final = 6
# A sheet of A4 at 150 dots an inch; more shows no more of a signature.
PAGE: Final = (1240, 1754)
# No camera makes more. Fewer than this on a side shows no signature.
MOST_PIXELS: Final = 120_000_000
LEAST: Final = 100
# How files of JPEG and PNG begin. PDF may have something before its first line.
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG")
# How files of newer telephones begin, after four bytes of length.
_HEIC: Final = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypheim", b"ftypheis", b"ftypavif")


class Unreadable(Exception):
    """The file is no scan: damaged, locked, too large when opened, or with nothing on it."""


def is_heic(start: bytes) -> bool:
    """Whether a file that begins like this is a picture of a telephone that browsers and printers do not open."""
    return start[4:12] in _HEIC


def redrawn(data: bytes) -> bytes:
    """The scan as clean pages in one file.

    Raises:
        Unreadable: it does not open, is locked, or is larger than any sheet.
    """
    try:
        pages = list(_of_picture(data) if data.startswith(_PICTURES) else _of_pdf(data))
    except (pypdfium2.PdfiumError, UnidentifiedImageError, Image.DecompressionBombError) as broken:
        raise Unreadable from broken
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
        raise Unreadable from broken
    if not pages:
        raise Unreadable
    file = BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", quality=85)
    return file.getvalue()


def pages_in(clean: bytes) -> list[bytes]:
    """The pages of a scan that :func:`redrawn` made, as JPEG files."""
    pages = []
    with Image.open(BytesIO(clean), formats=["TIFF"]) as file:
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            page = BytesIO()
            file.convert("RGB").save(page, "JPEG", quality=90)
            pages.append(page.getvalue())
    return pages


def is_clean(data: bytes) -> bool:
    """Whether :func:`redrawn` made this."""
    return data.startswith((b"II*\0", b"MM\0*"))


def _of_picture(data: bytes) -> Iterator[Image.Image]:
    with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        _demand_size(*picture.size)
        # A photo says which way is up in its metadata, which do not follow.
        turned = ImageOps.exif_transpose(picture).convert("RGBA")
    page = Image.new("RGBA", turned.size, "white")
    page.alpha_composite(turned)
    yield _fitted(page)


def _of_pdf(data: bytes) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(data) as file:
        if not 0 < len(file) <= MAX_PAGES:
            raise Unreadable
        for page in file:
            across, down = page.get_size()
            scale = min(PAGE[0] / across, PAGE[1] / down)
            _demand_size(int(across * scale), int(down * scale))
            yield _fitted(page.render(scale=scale).to_pil())


def _fitted(page: Image.Image) -> Image.Image:
    """The pixels alone, no larger than a sheet."""
    drawn = Image.new("RGB", page.size)
    drawn.paste(page.convert("RGB"))
    drawn.thumbnail(PAGE)
    return drawn


def _demand_size(across: int, down: int) -> None:
    if min(across, down) < LEAST or across * down > MOST_PIXELS:
        raise Unreadable
