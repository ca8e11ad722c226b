"""Makes a tagged PDF of headings, paragraphs, questions with answers, lists, tables and pictures.

    document = PdfDocument("Kartlegging av behov og ressurser", "nb")
    document.heading(1, "Bolig")
    document.definition("Har du bolig?", "Ja", note="Oppgitt av den innsatte")
    data = document.render()

The title is in the file's metadata and on every page, so it never holds a person's name.
"""

from collections.abc import Sequence

from brik.definitions.languages import BY_CODE, RTL
from brik.pdf.lines import TextLine
from brik.pdf.sheet import BOTTOM, GREY, TOP, WIDTH, Column, Sheet, Style
from brik.pdf.tags import TagElement

BODY = Style(10.5, 15, after=6)
ANSWER = Style(10.5, 15)
HEADINGS = {
    1: Style(20, 26, bold=True, after=10),
    2: Style(14, 19, bold=True, before=14, after=5),
    3: Style(11.5, 16, bold=True, before=9, after=3),
}
TERM = Style(10.5, 14.5, bold=True, before=5)
NOTE = Style(9, 12.5, colour=GREY, after=2)
CELL, HEAD_CELL = Style(9.5, 13), Style(9.5, 13, bold=True)
BULLET_INDENT, CELL_PADDING = 14.0, 5.0


class PdfDocument:
    """A document, written from top to bottom. ``language`` decides the direction of the layout."""

    def __init__(self, title: str, language: str) -> None:
        self.title, self.language = title, language
        self._sheet = Sheet(title, from_right=BY_CODE[language].direction == RTL)
        self._root = self._sheet.tags.root
        self._list: TagElement | None = None
        self._list_of = ""

    def heading(self, level: int, text: str, *, language: str = "") -> None:
        """A heading of level 1–3, never alone at the foot of a page."""
        style = HEADINGS[level]
        self._list = None
        self._sheet.room(style.before + style.leading + 3 * BODY.leading)
        self._text(self._root.add(f"H{level}", language=self._other(language)), text, style)

    def paragraph(self, text: str, *, language: str = "", note: bool = False) -> None:
        self._list = None
        self._text(self._root.add("P", language=self._other(language)), text, NOTE if note else BODY)

    def bullet(self, text: str, *, language: str = "") -> None:
        """One item of a list; consecutive items belong to the same list."""
        item = self._item("bullet", language)
        sheet, width = self._sheet, WIDTH - BULLET_INDENT
        lines = sheet.lines(text, BODY, width)
        sheet.room(BODY.leading)
        top = sheet.y
        sheet.line(item.add("Lbl"), sheet.lines("•", BODY, WIDTH)[0], BODY, Column(0, WIDTH, sheet.from_right))
        sheet.y = top
        column = Column(0 if sheet.from_right else BULLET_INDENT, width, sheet.runs_from_right(text))
        self._block(item.add("LBody"), lines, BODY, column)

    def definition(self, term: str, text: str, *, note: str = "", language: str = "") -> None:
        """A question and its answer; ``note`` says where the answer comes from, ``language`` is the answer's."""
        item = self._item("definition")
        self._sheet.room(TERM.before + TERM.leading + BODY.leading + (NOTE.leading if note else 0))
        self._text(item.add("Lbl", language=self._other(language)), term, TERM)
        self._text(item.add("LBody", language=self._other(language)), text, ANSWER if note else BODY)
        if note:
            self._text(item.add("LBody"), note, NOTE)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[float] = ()) -> None:
        """A table with a header row, shown again on every page it continues on."""
        self._list = None
        shares = widths or [_share(column) for column in zip(header, *rows, strict=True)]
        columns = self._columns([WIDTH * share / sum(shares) for share in shares])
        table = self._root.add("Table")
        self._sheet.y -= 4
        self._row(table.add("TR"), header, columns, again=())
        for row in rows:
            self._row(table.add("TR"), row, columns, again=header)
        self._sheet.y -= 8

    def picture(self, data: bytes, *, alternative: str, width: float = 200) -> None:
        """A picture (a drawn signature) with its alternative text."""
        self._list = None
        self._sheet.picture(self._root.add("Figure", alternative=alternative), data, width)
        self._sheet.y -= 6

    def render(self) -> bytes:
        """The finished file; nothing can be added after it."""
        return self._sheet.finish(self.language)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _other(self, language: str) -> str:
        return language if language != self.language else ""

    def _item(self, of: str, language: str = "") -> TagElement:
        if self._list is None or self._list_of != of:
            self._list, self._list_of = self._root.add("L"), of
        return self._list.add("LI", language=self._other(language))

    def _text(self, element: TagElement, text: str, style: Style) -> None:
        self._sheet.y -= style.before if self._sheet.y < TOP else 0
        column = Column(0, WIDTH, self._sheet.runs_from_right(text))
        self._block(element, self._sheet.lines(text, style, WIDTH), style, column)

    def _block(self, element: TagElement, lines: Sequence[TextLine], style: Style, column: Column) -> None:
        for line in lines:
            self._sheet.room(style.leading)
            self._sheet.line(element, line, style, column)
        self._sheet.y -= style.after

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
