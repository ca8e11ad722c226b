"""Draws pages: the position on the page, when a new page begins, and how a line of text is drawn."""

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from brik.definitions.languages import Language
from brik.pdf import archive
from brik.pdf.directions import right_to_left
from brik.pdf.fonts import Face, face, printable
from brik.pdf.lines import TextLine, TextRun, TextStretch, Typesetter
from brik.pdf.tags import TagElement, Tags

PAGE: Final = (595.28, 841.89)
MARGIN: Final = 56.0
TOP: Final = PAGE[1] - MARGIN
BOTTOM: Final = MARGIN + 24
WIDTH: Final = PAGE[0] - 2 * MARGIN
INK, GREY, RULE = (0.09, 0.11, 0.16), (0.32, 0.35, 0.42), (0.75, 0.77, 0.81)
# The fonts cache glyphs, and all threads share them.
_fonts_in_use = threading.Lock()


@dataclass(frozen=True)
class Style:
    size: float
    leading: float
    bold: bool = False
    colour: tuple[float, float, float] = INK
    before: float = 0.0
    after: float = 0.0

    @property
    def face(self) -> Face:
        return face(bold=self.bold)


FOOTER = Style(8.5, 11, colour=GREY)


@dataclass(frozen=True)
class Column:
    """Where lines go: distance from the left margin, width, and the side they begin at."""

    inset: float
    width: float
    from_right: bool


# From how many characters on, with its placeholders, what the foot says is more than a number.
LONG_PAGE_WORDS = 32


class Sheet:
    """The pages of one document, drawn from top to bottom."""

    def __init__(self, title: str, *, from_right: bool, page_words: str) -> None:
        self.from_right = from_right
        self._page_words = page_words
        self.page = 1
        self._title = title
        self._file = BytesIO()
        with _fonts_in_use:
            first = face(bold=False).fonts[0].fontName
            self._canvas = Canvas(
                self._file, pagesize=PAGE, pdfVersion=(1, 7), pageCompression=1, initialFontName=first
            )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("BRIK")
        self._canvas.setCreator("BRIK")
        self._canvas.setSubject("")
        self._canvas._doc.encrypt = archive.LineEnds()
        self._typesetter = Typesetter(self._canvas._doc)
        self.tags = Tags(self._canvas)
        self.y = TOP
        self._bookmarks = 0
        self._above: list[int] = []

    def lines(self, text: str, style: Style, width: float) -> list[TextLine]:
        """The text broken into lines of this width (points)."""
        em = width * 1000 / style.size
        with _fonts_in_use:
            return self._typesetter.break_lines(text, style.face, em, from_right=self.runs_from_right(text))

    def runs_from_right(self, text: str) -> bool:
        return self.from_right or right_to_left(text)

    def room(self, height: float) -> None:
        """Begin a new page if this height does not fit on the present one."""
        if self.y - height < BOTTOM and self.y < TOP:
            self.next_page()

    def next_page(self) -> None:
        """Begin a new page."""
        with _fonts_in_use:
            self._canvas.showPage()
        self.tags.next_page()
        self.page += 1
        self.y = TOP

    def line(self, element: TagElement | None, line: TextLine, style: Style, column: Column) -> None:
        """Draw a line below the last one. Without an element it is decoration."""
        baseline = self.y - style.leading + (style.leading - style.size) / 2 + style.size * 0.2
        self.y -= style.leading
        if not line.runs:
            return
        x = MARGIN + column.inset
        if column.from_right:
            x += column.width - line.width * style.size / 1000
        for stretch in line.stretches:
            last = stretch.runs[-1] is line.runs[-1]
            with self._marks(element, stretch, last=last), _fonts_in_use:
                self._draw(stretch, style, x, baseline, last=last)

    def _marks(self, element: TagElement | None, stretch: TextStretch, *, last: bool) -> AbstractContextManager[None]:
        """What the stretch is in the structure: a part of the element, with a language of its own, or decoration."""
        if element is None:
            return self.tags.artifact("Pagination")
        if stretch.norwegian:
            element = element.add("Span", language=Language.BOKMAAL)
        said = stretch.text + (" " if last else "")
        return self.tags.content(element, actual_text=said if stretch.shaped else "")

    def bookmark(self, level: int, text: str) -> None:
        """An entry of the outline, for what begins here, below the last one of a higher level (1 is the highest)."""
        self._above = [above for above in self._above if above < level]
        self._bookmarks += 1
        key = f"h{self._bookmarks}"
        self._canvas.bookmarkHorizontalAbsolute(key, min(self.y + 4, PAGE[1]))
        shown = printable(text, face(bold=False)).replace("\n", " ")
        self._canvas.addOutlineEntry(shown, key, len(self._above))
        self._above.append(level)

    def rule(self) -> None:
        """A thin line across the page."""
        with self.tags.artifact():
            self._canvas.setStrokeColorRGB(*RULE)
            self._canvas.setLineWidth(0.6)
            self._canvas.line(MARGIN, self.y, PAGE[0] - MARGIN, self.y)

    def tear_line(self) -> None:
        """A dashed line across the whole sheet of paper, to tear along."""
        with self.tags.artifact():
            self._canvas.setStrokeColorRGB(*GREY)
            self._canvas.setLineWidth(0.8)
            self._canvas.setDash(4, 3)
            self._canvas.line(0, self.y, PAGE[0], self.y)
            self._canvas.setDash()

    def box(self, style: Style) -> None:
        """An empty box to tick, at the edge where lines begin, beside the next line."""
        size = style.size
        x = PAGE[0] - MARGIN - size if self.from_right else MARGIN
        with self.tags.artifact():
            self._canvas.setStrokeColorRGB(*INK)
            self._canvas.setLineWidth(0.8)
            self._canvas.rect(x, self.y - (style.leading + size) / 2, size, size)

    def line_to_write_on(self, style: Style, column: Column) -> None:
        """A thin line under an empty line of text, in the column."""
        with self.tags.artifact():
            self._canvas.setStrokeColorRGB(*INK)
            self._canvas.setLineWidth(0.5)
            x, y = MARGIN + column.inset, self.y - style.leading + 3
            self._canvas.line(x, y, x + column.width, y)

    def picture(self, element: TagElement, image: ImageReader, width: float) -> None:
        """Draw a picture that :func:`opaque` has opened."""
        across, down = image.getSize()
        x, scale = self._figure(across, down, width)
        with self.tags.content(element):
            self._canvas.drawImage(image, x, self.y, across * scale, down * scale)

    def drawing(
        self,
        element: TagElement,
        strokes: Sequence[Sequence[tuple[float, ...]]],
        frame: tuple[float, float, float, float],
        width: float,
    ) -> None:
        """Draw lines of a pen. Each part of a stroke is a point to go to or, of six numbers, a curve to its last point.

        ``frame`` is what is shown: left, top, width and height, in the numbers of the strokes.
        """
        left, top, across, down = frame
        x, scale = self._figure(across, down, width)
        canvas = self._canvas
        with self.tags.content(element):
            canvas.saveState()
            canvas.setStrokeColorRGB(*INK)
            canvas.setLineWidth(3)
            canvas.setLineCap(1)
            canvas.transform(scale, 0, 0, -scale, x - left * scale, self.y + (top + down) * scale)
            path = canvas.beginPath()
            for stroke in strokes:
                path.moveTo(*stroke[0])
                for part in stroke[1:]:
                    (path.lineTo if len(part) == 2 else path.curveTo)(*part)
            canvas.drawPath(path)
            canvas.restoreState()

    def _figure(self, across: float, down: float, width: float) -> tuple[float, float]:
        """Make room for a figure; where its left edge goes, and its scale."""
        scale = figure_height(across, down, width) / down
        self.room(down * scale)
        self.y -= down * scale
        return PAGE[0] - MARGIN - across * scale if self.from_right else MARGIN, scale

    def finish(self, language: str, *, attachment: archive.Attachment | None = None) -> bytes:
        """The finished file; nothing can be drawn after it."""
        with _fonts_in_use:
            self._canvas.showPage()
        self._write_feet()
        with _fonts_in_use:
            self.tags.write(language=language, from_right=self.from_right)
            archive.write(self._canvas._doc, title=self._title, language=language, attachment=attachment)
            self._canvas.save()
        return self._file.getvalue()

    def _write_feet(self) -> None:
        """Title and page number at the foot of each page, when all are drawn: only then is known how many there are."""
        # A reference beside the number needs more room.
        room = 90 if len(self._page_words) < LONG_PAGE_WORDS else 220
        number = Column(0, room, False) if self.from_right else Column(WIDTH - room, room, True)
        title = Column(room, WIDTH - room, True) if self.from_right else Column(0, WIDTH - room, False)
        pages = self._canvas._doc.Pages.pages
        for place, page in enumerate(pages, 1):
            words = self._page_words.format(number=place, total=len(pages))
            self._canvas._code = []
            for text, column in ((self._title, title), (words, number)):
                self.y = MARGIN + FOOTER.leading
                self.line(None, self.lines(text, FOOTER, column.width)[0], FOOTER, column)
            page.stream += "\n".join([*self._canvas._code, ""])
        self._canvas._code = []

    def _draw(self, stretch: TextStretch, style: Style, x: float, baseline: float, *, last: bool) -> None:
        text = self._canvas.beginText()
        text.setFillColorRGB(*style.colour)
        for run in stretch.runs:
            text.setFont(run.font.fontName, style.size)
            for character, at, above in _placed(run):
                text.setTextOrigin(x + at * style.size / 1000, baseline + above * style.size / 1000)
                text.textOut(character)
        # Separates the paragraphs when the text is extracted.
        if last and not stretch.shaped:
            text.textOut(" ")
        self._canvas.drawText(text)


def figure_height(across: float, down: float, width: float) -> float:
    """How high a figure is drawn that may be so wide, and no higher than a page."""
    return down * min(width / across, (TOP - BOTTOM) / down)


def opaque(data: bytes) -> ImageReader:
    """The picture on white, in colours or greys that every printer has.

    It covers what is under it: an archived page has nothing that shines through.
    """
    with Image.open(BytesIO(data)) as picture:
        if picture.format == "JPEG" and picture.mode in ("L", "RGB"):
            return ImageReader(BytesIO(data))
        page = Image.new("RGBA", picture.size, "white")
        page.alpha_composite(picture.convert("RGBA"))
    drawn = BytesIO()
    page.convert("RGB").save(drawn, "PNG")
    drawn.seek(0)
    return ImageReader(drawn)


def _placed(run: TextRun) -> list[tuple[str, float, float]]:
    """The texts or glyphs to draw with their positions, in reading order: in Arabic the rightmost glyph is first."""
    if not run.glyphs:
        return [(run.text, run.x, 0.0)]
    places, at = [], run.x
    for glyph in run.glyphs:
        places.append((glyph, at))
        at += glyph.advance
    return [
        (glyph.character, start + glyph.x_offset, glyph.y_offset)
        for glyph, start in sorted(places, key=lambda place: place[0].start)
    ]
