"""A tagged PDF in a few words: headings, paragraphs, questions with answers, lists, tables, a picture.

    document = Document("Kartlegging av behov og ressurser", "nb")
    document.heading(1, "Bolig")
    document.definition("Har du bolig?", "Ja", note="Oppgitt av den innsatte")
    data = document.render()

The title stands in the file's metadata and on every page: it never carries a name.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from brik.pdf.fonts import Face, face
from brik.pdf.lines import Line, Typesetter, right_to_left
from brik.pdf.tags import Element, Tags

PAGE: Final = (595.28, 841.89)
MARGIN: Final = 56.0
TOP: Final = PAGE[1] - MARGIN
BOTTOM: Final = MARGIN + 24
WIDTH: Final = PAGE[0] - 2 * MARGIN
RIGHT_TO_LEFT_LANGUAGES: Final = frozenset({"ar", "fa", "prs", "ps", "ckb", "ur", "he"})
INK, GREY, RULE = (0.09, 0.11, 0.16), (0.32, 0.35, 0.42), (0.75, 0.77, 0.81)
# The fonts remember the glyphs they have met, and all threads share them.
_drawing = threading.Lock()


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


BODY = Style(10.5, 15, after=6)
HEADINGS = {
    1: Style(20, 26, bold=True, after=10),
    2: Style(14, 19, bold=True, before=14, after=5),
    3: Style(11.5, 16, bold=True, before=9, after=3),
}
TERM = Style(10.5, 14.5, bold=True, before=5)
NOTE = Style(9, 12.5, colour=GREY, after=2)
CELL, HEAD_CELL = Style(9.5, 13), Style(9.5, 13, bold=True)
FOOTER = Style(8.5, 11, colour=GREY)


class Document:
    """Written from top to bottom; ``language`` decides the direction of everything that is not told otherwise."""

    def __init__(self, title: str, language: str) -> None:
        self.title, self.language = title, language
        self._from_right = language in RIGHT_TO_LEFT_LANGUAGES
        self._file = BytesIO()
        with _drawing:
            self._canvas = Canvas(
                self._file, pagesize=PAGE, pdfVersion=(1, 7), pageCompression=1, initialFontName=_first_font()
            )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("BRIK")
        self._canvas.setCreator("BRIK")
        self._canvas.setSubject("")
        self._tags = Tags(self._canvas)
        self._typesetter = Typesetter()
        self._y = TOP
        self._page = 1
        self._list: Element | None = None
        self._list_of = ""

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1–3; never left alone at the foot of a page."""
        style = HEADINGS[level]
        self._list = None
        self._room(style.before + style.leading + 3 * BODY.leading)
        self._text(self._tags.root.add(f"H{level}"), text, style)

    def paragraph(self, text: str, *, language: str = "", note: bool = False) -> None:
        self._list = None
        self._text(self._tags.root.add("P", language=self._other(language)), text, NOTE if note else BODY)

    def bullet(self, text: str, *, language: str = "") -> None:
        """One item of a list; consecutive items belong to the same list."""
        item = self._item("bullet", language)
        with _drawing:
            lines = self._lines(text, BODY, WIDTH - 14)
        self._room(BODY.leading)
        mark = self._typesetter.break_lines("•", BODY.face, 1e6, from_right=False)
        self._draw(item.add("Lbl"), mark[0], BODY, self._from_right, 0, WIDTH, advance=False)
        inset = 0 if self._from_right else 14
        self._block(item.add("LBody"), lines, BODY, self._from_right, inset, WIDTH - 14)

    def definition(self, term: str, text: str, *, note: str = "", language: str = "") -> None:
        """A question and its answer; ``note`` says where the answer comes from, ``language`` is the answer's."""
        item = self._item("definition")
        self._room(TERM.before + TERM.leading + BODY.leading + (NOTE.leading if note else 0))
        self._text(item.add("Lbl", language=self._other(language)), term, TERM)
        body = item.add("LBody", language=self._other(language))
        self._text(body, text, Style(BODY.size, BODY.leading, after=0 if note else BODY.after))
        if note:
            self._text(item.add("LBody"), note, NOTE)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[float] = ()) -> None:
        """A table with a header row, shown again on every page it continues on."""
        self._list = None
        shares = widths or [_share(column) for column in zip(header, *rows, strict=True)]
        columns = [WIDTH * share / sum(shares) for share in shares]
        table = self._tags.root.add("Table")
        self._y -= 4
        self._row(table.add("TR"), header, columns, head=True, again=None)
        for row in rows:
            self._row(table.add("TR"), row, columns, head=False, again=header)
        self._y -= 8

    def picture(self, data: bytes, *, alternative: str, width: float = 200) -> None:
        """A picture (a drawn signature) with the words that stand for it."""
        self._list = None
        image = ImageReader(BytesIO(data))
        across, down = image.getSize()
        scale = min(width / across, (TOP - BOTTOM) / down)
        self._room(down * scale)
        self._y -= down * scale
        x = PAGE[0] - MARGIN - across * scale if self._from_right else MARGIN
        with self._tags.content(self._tags.root.add("Figure", alternative=alternative)):
            self._canvas.drawImage(image, x, self._y, across * scale, down * scale, mask="auto")
        self._y -= 6

    def render(self) -> bytes:
        """The finished file; the document can be written to no more."""
        self._finish_page()
        with _drawing:
            self._canvas.showPage()
            self._tags.write(title=self.title, language=self.language)
            self._canvas.save()
        return self._file.getvalue()

    # --- laying out ---------------------------------------------------------------------------------------------------

    def _other(self, language: str) -> str:
        return language if language != self.language else ""

    def _item(self, of: str, language: str = "") -> Element:
        if self._list is None or self._list_of != of:
            self._list, self._list_of = self._tags.root.add("L"), of
        return self._list.add("LI", language=self._other(language))

    def _direction(self, text: str) -> bool:
        return self._from_right or right_to_left(text)

    def _lines(self, text: str, style: Style, width: float) -> list[Line]:
        em = width * 1000 / style.size
        return self._typesetter.break_lines(text, style.face, em, from_right=self._direction(text))

    def _text(self, element: Element, text: str, style: Style) -> None:
        with _drawing:
            lines = self._lines(text, style, WIDTH)
        self._y -= style.before if self._y < TOP else 0
        self._block(element, lines, style, self._direction(text), 0, WIDTH)

    def _block(
        self, element: Element, lines: list[Line], style: Style, from_right: bool, inset: float, width: float
    ) -> None:
        for line in lines:
            self._room(style.leading)
            self._draw(element, line, style, from_right, inset, width)
        self._y -= style.after

    def _room(self, height: float) -> None:
        if self._y - height < BOTTOM and self._y < TOP:
            self._finish_page()
            self._canvas.showPage()
            self._tags.next_page()
            self._page += 1
            self._y = TOP

    def _row(
        self,
        row: Element,
        cells: Sequence[str],
        columns: Sequence[float],
        *,
        head: bool,
        again: Sequence[str] | None,
    ) -> None:
        style = HEAD_CELL if head else CELL
        with _drawing:
            texts = [self._lines(text, style, width - 10) for text, width in zip(cells, columns, strict=True)]
        elements = [row.add("TH", scope="Column") if head else row.add("TD") for _ in cells]
        tallest = max(len(lines) for lines in texts)
        drawn = 0
        while drawn < tallest:
            page = self._page
            self._room(min(tallest - drawn, 3) * style.leading + 8)
            if self._page != page and again is not None:
                self._repeat(again, columns)
            fits = max(1, int((self._y - BOTTOM - 8) // style.leading))
            top, self._y = self._y, self._y - 4
            for column, (element, lines) in enumerate(zip(elements, texts, strict=True)):
                self._y = top - 4
                for line in lines[drawn : drawn + fits]:
                    self._cell_line(element, line, style, columns, column, self._direction(cells[column]))
            rows = min(fits, tallest - drawn)
            drawn += rows
            self._y = top - rows * style.leading - 8
            self._rule(self._y)

    def _cell_line(
        self,
        element: Element | None,
        line: Line,
        style: Style,
        columns: Sequence[float],
        column: int,
        from_right: bool,
    ) -> None:
        inset = sum(columns[column + 1 :] if self._from_right else columns[:column])
        self._draw(element, line, style, from_right, inset + 5, columns[column] - 10)

    def _repeat(self, header: Sequence[str], columns: Sequence[float]) -> None:
        """The header row again on a new page: the reader has heard it, so it is decoration."""
        with _drawing:
            texts = [self._lines(text, HEAD_CELL, width - 10) for text, width in zip(header, columns, strict=True)]
        top = self._y
        for column, lines in enumerate(texts):
            self._y = top - 4
            for line in lines:
                self._cell_line(None, line, HEAD_CELL, columns, column, self._direction(header[column]))
        self._y = top - max(len(lines) for lines in texts) * HEAD_CELL.leading - 8
        self._rule(self._y)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(
        self,
        element: Element | None,
        line: Line,
        style: Style,
        from_right: bool,
        inset: float,
        width: float,
        *,
        advance: bool = True,
    ) -> None:
        """One line, and the place moved below it. Without an element it is decoration."""
        baseline = self._y - style.leading + (style.leading - style.size) / 2 + style.size * 0.2
        x = MARGIN + inset + (width - line.width * style.size / 1000 if from_right else 0)
        if line.runs:
            marks = (
                self._tags.content(element, actual_text=line.text + " " if line.mixed else "")
                if element is not None
                else self._tags.artifact("Pagination")
            )
            with marks, _drawing:
                self._runs(line, style, x, baseline)
        if advance:
            self._y -= style.leading

    def _runs(self, line: Line, style: Style, x: float, baseline: float) -> None:
        text = self._canvas.beginText()
        text.setFillColorRGB(*style.colour)
        for run in line.runs:
            text.setFont(run.font.fontName, style.size)
            if not run.glyphs:
                text.setTextOrigin(x + run.x * style.size / 1000, baseline)
                text.textOut(run.text)
                continue
            places, at = [], run.x
            for glyph in run.glyphs:
                places.append((glyph, at))
                at += glyph.advance
            # Reading order: what is drawn rightmost is read first. Marks follow their letter.
            for glyph, at in sorted(places, key=lambda place: place[0].start):
                text.setTextOrigin(
                    x + (at + glyph.x_offset) * style.size / 1000, baseline + glyph.y_offset * style.size / 1000
                )
                text.textOut(glyph.character)
        # The last line of one paragraph must not run into the next when the text is taken out.
        if not line.mixed and line.runs:
            text.textOut(" ")
        self._canvas.drawText(text)

    def _rule(self, y: float) -> None:
        with self._tags.artifact():
            self._canvas.setStrokeColorRGB(*RULE)
            self._canvas.setLineWidth(0.6)
            self._canvas.line(MARGIN, y, PAGE[0] - MARGIN, y)

    def _finish_page(self) -> None:
        """Title and page number at the foot."""
        kept, self._y = self._y, MARGIN + FOOTER.leading
        with _drawing:
            [title, *_] = self._lines(self.title, FOOTER, WIDTH - 60)
            [number] = self._lines(str(self._page), FOOTER, 60)
        self._draw(None, title, FOOTER, self._from_right, 60 if self._from_right else 0, WIDTH - 60, advance=False)
        self._draw(None, number, FOOTER, not self._from_right, 0 if self._from_right else WIDTH - 60, 60)
        self._y = kept


def _share(column: Sequence[str]) -> float:
    """How wide a column wants to be, in letters: no word cut, long texts given more room than short ones."""
    word = max((len(word) for text in column for word in text.split()), default=1)
    return max(min(word, 30) + 3, min(max(map(len, column)), 34))


def _first_font() -> str:
    return str(face(bold=False).fonts[0].fontName)
