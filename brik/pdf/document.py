"""Makes a tagged PDF of headings, paragraphs, questions with answers, lists, tables and pictures.

    document = PdfDocument("Kartlegging av behov og ressurser", "nb")
    document.heading(1, "Bolig")
    document.definition("Har du bolig?", "Ja", note="Oppgitt av den innsatte")
    data = document.render()

The title is in the file's metadata and on every page, so it never holds a person's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brik.definitions.languages import BY_CODE, RTL
from brik.pdf.archive import Attachment
from brik.pdf.lines import TextLine
from brik.pdf.set_text import BULLET_INDENT, CELL, CELL_PADDING, CLOSE, HEAD_CELL, NOTE, OPEN, SetText
from brik.pdf.sheet import BOTTOM, TOP, WIDTH, Column, Sheet, Style, figure_height, opaque
from brik.pdf.tags import TagElement


@dataclass(frozen=True)
class WaitingHeading:
    """A heading that is written when what follows it is, so that it never stands alone."""

    level: int
    text: str
    # Empty where it is that of the document.
    language: str


class PdfDocument:
    """A document, written from top to bottom. ``language`` decides the direction of the layout.

    ``close`` sets the first page smaller and closer, until :meth:`new_page`. ``page_words`` is what the foot of a page
    says, with ``{number}`` and ``{total}``, where it is not what the language says.
    """

    def __init__(self, title: str, language: str, *, close: bool = False, page_words: str = "") -> None:
        self.title, self.language = title, language
        entry = BY_CODE[language]
        self._sheet = Sheet(title, from_right=entry.direction == RTL, page_words=page_words or entry.page_words)
        self._styles = CLOSE if close else OPEN
        self._root = self._sheet.tags.root
        self._list: TagElement | None = None
        self._list_of = ""
        self._headings: list[WaitingHeading] = []

    def heading(self, level: int, text: str, *, language: str = "") -> None:
        """A heading of level 1–3, on the page of what follows it, and in the outline."""
        self._list = None
        self._headings.append(WaitingHeading(level, text, self._other(language)))

    def paragraph(self, text: str, *, language: str = "", note: bool = False) -> None:
        self._list = None
        words = self._set(text, NOTE if note else self._styles.body)
        self._room(words.start())
        self._write(self._root.add("P", language=self._other(language)), words)

    def bullet(self, text: str, *, language: str = "") -> None:
        """One item of a list; consecutive items belong to the same list."""
        sheet, body = self._sheet, self._styles.body
        words = self._set(text, body, inset=0 if sheet.from_right else BULLET_INDENT, width=WIDTH - BULLET_INDENT)
        self._room(words.start())
        item = self._item("bullet", language)
        top = sheet.y
        sheet.line(item.add("Lbl"), sheet.lines("•", body, WIDTH)[0], body, Column(0, WIDTH, sheet.from_right))
        sheet.y = top
        self._write(item.add("LBody"), words)

    def definition(
        self, term: str, text: str, *, note: str = "", language: str = "", answer_language: str = ""
    ) -> None:
        """A question and its answer; ``note`` says where the answer comes from.

        ``language`` is that of both, ``answer_language`` that of an answer in another one.
        """
        styles = self._styles
        question, source = self._set(term, styles.term), self._set(note, NOTE)
        answer = self._set(text, styles.answer if note else styles.body)
        below = source.height if note else 0
        self._room(question.style.before + question.height + answer.start(below))
        item = self._item("definition")
        self._write(item.add("Lbl", language=self._other(language)), question)
        self._write(item.add("LBody", language=self._other(answer_language or language)), answer, below=below)
        if note:
            self._write(item.add("LBody"), source)

    def pair(self, term: str, text: str, *, language: str = "") -> None:
        """A question and its answer beside it. ``language`` is that of both, where it is another."""
        sheet, styles = self._sheet, self._styles
        left, right = self._columns([WIDTH * 0.36, WIDTH * 0.64])
        question = self._set(term, styles.term, inset=left.inset, width=left.width)
        answer = self._set(text, styles.answer, inset=right.inset, width=right.width)
        height = max(question.height, answer.height)
        self._room(height)
        item = self._item("definition", language)
        top = sheet.y
        for tag, words in (("Lbl", question), ("LBody", answer)):
            sheet.y, element = top, item.add(tag, language=self._other(language))
            for line in words.lines:
                sheet.line(element, line, words.style, words.column)
        sheet.y = top - height - 2

    def new_page(self, *, close: bool = False) -> None:
        """What follows stands on a new page, set as usual, or smaller and closer."""
        self._list, self._styles = None, CLOSE if close else OPEN
        self._sheet.next_page()

    def tear_off(
        self, title: str, *, boxes: Sequence[tuple[str, bool]], lines: Sequence[str], note: str, reference: str
    ) -> None:
        """A slip below a line to tear along, to be filled in by hand.

        ``boxes``: what can be ticked, and whether something is to be written after it. ``lines``: what to write on a
        line of its own. It is never divided between two pages.
        """
        self._list = None
        sheet, style = self._sheet, Style(self._styles.body.size, 17)
        self._room(22 + 20 + (len(boxes) + len(lines)) * style.leading + 2 * self._styles.body.leading)
        sheet.y -= 10
        sheet.tear_line()
        sheet.y -= 6
        self._write_heading(WaitingHeading(2, f"{title} · {reference}", ""))
        whole, half = Column(0, WIDTH, from_right=False), self._columns([WIDTH / 2, WIDTH / 2])
        for text, is_open in boxes:
            sheet.box(style)
            self._to_fill_in(
                self._item("box").add("LBody"), text, style, indent=BULLET_INDENT, is_open=is_open, within=whole
            )
        self._list = None
        top = sheet.y
        for text, column in zip(lines, half, strict=False):
            sheet.y = top
            self._to_fill_in(self._root.add("P"), text, style, indent=0, is_open=True, within=column)
        self.paragraph(note)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[float] = ()) -> None:
        """A table with a header row, shown again on every page it continues on."""
        self._list = None
        shares = widths or [_share(column) for column in zip(header, *rows, strict=True)]
        columns = self._columns([WIDTH * share / sum(shares) for share in shares])
        first = [(header, HEAD_CELL), *((row, CELL) for row in rows[:1])]
        self._room(4 + sum(self._height(cells, columns, style) for cells, style in first))
        table = self._root.add("Table")
        self._sheet.y -= 4
        self._row(table.add("TR"), header, columns, again=())
        for row in rows:
            self._row(table.add("TR"), row, columns, again=header)
        self._sheet.y -= 8

    def picture(self, data: bytes, *, alternative: str, width: float = 200) -> None:
        """A picture (a drawn signature) with its alternative text."""
        self._list = None
        image = opaque(data)
        across, down = image.getSize()
        self._room(figure_height(across, down, width))
        self._sheet.picture(self._root.add("Figure", alternative=alternative), image, width)
        self._sheet.y -= 6

    def drawing(
        self,
        strokes: Sequence[Sequence[tuple[float, ...]]],
        *,
        frame: tuple[float, float, float, float],
        alternative: str,
        width: float = 260,
    ) -> None:
        """Lines of a pen (a drawn signature) with their alternative text, as :meth:`Sheet.drawing` takes them."""
        self._list = None
        _, _, across, down = frame
        self._room(figure_height(across, down, width))
        self._sheet.drawing(self._root.add("Figure", alternative=alternative), strokes, frame, width)
        self._sheet.y -= 6

    def render(self, *, attachment: Attachment | None = None) -> bytes:
        """The finished file, PDF/A-3a and PDF/UA-1. ``attachment``: what it says, as data."""
        self._room(0)
        return self._sheet.finish(self.language, attachment=attachment)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _other(self, language: str) -> str:
        return language if language != self.language else ""

    def _item(self, of: str, language: str = "") -> TagElement:
        if self._list is None or self._list_of != of:
            self._list, self._list_of = self._root.add("L"), of
        return self._list.add("LI", language=self._other(language))

    def _room(self, height: float) -> None:
        """Begin a new page where this height does not fit below the headings that wait for it, and write them."""
        for heading in self._headings:
            style = self._styles.headings[heading.level]
            height += style.before + self._set(heading.text, style).height + style.after
        self._sheet.room(height)
        for heading in self._headings:
            self._write_heading(heading)
        self._headings = []

    def _write_heading(self, heading: WaitingHeading) -> None:
        self._sheet.bookmark(heading.level, heading.text)
        element = self._root.add(f"H{heading.level}", language=heading.language)
        self._write(element, self._set(heading.text, self._styles.headings[heading.level]))

    def _set(self, text: str, style: Style, *, inset: float = 0, width: float = WIDTH) -> SetText:
        column = Column(inset, width, self._sheet.runs_from_right(text))
        return SetText(self._sheet.lines(text, style, width), style, column)

    def _write(self, element: TagElement, words: SetText, *, below: float = 0) -> None:
        """Draw the lines. ``below``: the height of what stays below the last one."""
        sheet, style = self._sheet, words.style
        sheet.y -= style.before if sheet.y < TOP else 0
        for index, line in enumerate(words.lines):
            left = len(words.lines) - index
            together = words.together if index == 0 else left if left <= 2 else 1
            sheet.room(together * style.leading + (below if together == left else 0))
            sheet.line(element, line, style, words.column)
        sheet.y -= style.after

    def _to_fill_in(
        self,
        element: TagElement,
        text: str,
        style: Style,
        *,
        indent: float,
        is_open: bool,
        within: Column,
    ) -> None:
        """One line of text and, where it is open, a line after it to write on."""
        sheet = self._sheet
        start, width = within.inset + (0 if sheet.from_right else indent), within.width - indent
        [line, *_] = sheet.lines(text, style, width)
        used = line.width * style.size / 1000 + 6
        if is_open:
            at = start if sheet.from_right else start + used
            sheet.line_to_write_on(style, Column(at, width - used, sheet.from_right))
        sheet.line(element, line, style, Column(start, width, sheet.from_right))

    # --- tables -------------------------------------------------------------------------------------------------------

    def _columns(self, widths: Sequence[float]) -> list[Column]:
        """The columns from the leading edge on: from the right in a right-to-left document."""
        from_right = self._sheet.from_right
        return [
            Column(
                sum(widths[at + 1 :] if from_right else widths[:at]) + CELL_PADDING,
                width - 2 * CELL_PADDING,
                from_right,
            )
            for at, width in enumerate(widths)
        ]

    def _row(self, row: TagElement, cells: Sequence[str], columns: Sequence[Column], *, again: Sequence[str]) -> None:
        """One row, continued on the next page if it does not fit. ``again`` is the header to repeat there."""
        sheet, style = self._sheet, CELL if again else HEAD_CELL
        texts = self._cells(cells, columns, style)
        elements = [row.add("TD") if again else row.add("TH", scope="Column") for _ in cells]
        tallest = max(len(lines) for lines, _ in texts)
        drawn = 0
        while drawn < tallest:
            page = sheet.page
            sheet.room(min(tallest - drawn, 3) * style.leading + 8)
            if sheet.page != page and again:
                # A screen reader has read it already, so the repetition is marked as decoration.
                self._part(self._cells(again, columns, HEAD_CELL), [None] * len(columns), HEAD_CELL)
            fits = max(1, int((sheet.y - BOTTOM - 8) // style.leading))
            self._part([(lines[drawn : drawn + fits], column) for lines, column in texts], elements, style)
            drawn += fits

    def _height(self, cells: Sequence[str], columns: Sequence[Column], style: Style) -> float:
        """The height of a row, or of as much of it as stays together."""
        tallest = max(len(lines) for lines, _ in self._cells(cells, columns, style))
        return min(tallest, 3) * style.leading + 8

    def _cells(
        self, cells: Sequence[str], columns: Sequence[Column], style: Style
    ) -> list[tuple[list[TextLine], Column]]:
        """Each cell's lines and column; a cell in Arabic begins at the right in any document."""
        return [
            (
                self._sheet.lines(text, style, column.width),
                Column(column.inset, column.width, self._sheet.runs_from_right(text)),
            )
            for text, column in zip(cells, columns, strict=True)
        ]

    def _part(
        self, texts: Sequence[tuple[Sequence[TextLine], Column]], elements: Sequence[TagElement | None], style: Style
    ) -> None:
        top = self._sheet.y
        for (lines, column), element in zip(texts, elements, strict=True):
            self._sheet.y = top - 4
            for line in lines:
                self._sheet.line(element, line, style, column)
        self._sheet.y = top - max(len(lines) for lines, _ in texts) * style.leading - 8
        self._sheet.rule()


def _share(column: Sequence[str]) -> float:
    """The width a column needs, in letters: at least its longest word, and more for longer texts."""
    word = max((len(word) for text in column for word in text.split()), default=1)
    return max(min(word, 30) + 3, min(max(map(len, column)), 34))
