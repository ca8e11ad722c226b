"""The fonts of the documents, with glyphs that keep the text they stand for.

Noto Sans, and beside it one for each other script of the inmates' languages (``typefaces/README.md``). ReportLab
knows one glyph for each character; a joined Arabic letter or a ligature is a glyph without its own character.
ShapedFont gives it a private character and writes the real letters into the file, for screen readers and search.
"""

import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER: Final = Path(__file__).resolve().parent / "typefaces"
UNKNOWN: Final = "\ufffd"
# In the order they are tried: signs come last, since those typefaces have letters too.
FAMILIES: Final = (
    "NotoSans",
    "NotoSansArabic",
    "NotoSansHebrew",
    "NotoSansEthiopic",
    "NotoSansGeorgian",
    "NotoSansDevanagari",
    "NotoSansGurmukhi",
    "NotoSansTamil",
    "NotoSansThai",
    "NotoSansMath",
    "NotoSansSymbols2",
)
# Written from the left, with letters that join or change their order.
_SHAPED_FROM_LEFT: Final = {"NotoSansDevanagari", "NotoSansGurmukhi", "NotoSansTamil", "NotoSansThai"}
# Private characters in a supplementary plane: ``printable`` removes them from texts.
_PRIVATE: Final = range(0xF0000, 0xFFFFE)
_JOINERS: Final = "\u200c\u200d"
# Marks that only choose between forms of the sign before them.
_INVISIBLE_MARKS: Final = frozenset(map(chr, (0x34F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


@dataclass(frozen=True)
class Glyph:
    """One shaped glyph: the character that draws it, the text it stands for, and where it goes (1/1000 em)."""

    character: str
    start: int
    advance: float
    x_offset: float
    y_offset: float


class ShapedFont(TTFont):
    """A TrueType font that can draw any glyph of its file, with the text it stands for.

    A private character always draws the same glyph; which text it stands for, each document says for itself and takes
    along when it ends. So the font does not grow with the documents, and keeps nothing of their texts.
    """

    def __init__(self, name: str, path: Path, *, shaped_from_left: bool) -> None:
        super().__init__(name, str(path), shapable=False)
        self.shaped_from_left = shaped_from_left
        self._shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
        self._scale = 1000 / self._shaper.face.upem
        self._meanings: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()

    def has(self, character: str) -> bool:
        return ord(character) in self.face.charToGlyph and ord(character) not in _PRIVATE

    def meanings(self, document: Any) -> dict[int, str]:
        """The text that each private character stands for in this document."""
        return self._meanings.setdefault(document, {})

    def shape(self, text: str, document: Any, *, from_right: bool) -> list[Glyph]:
        """The glyphs of a text of one direction, joined and in visual order."""
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if from_right else "ltr"
        uharfbuzz.shape(self._shaper, buffer)
        starts = sorted({info.cluster for info in buffer.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        meanings = self.meanings(document)
        glyphs, clusters = [], set()
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            source = "" if info.cluster in clusters else text[info.cluster : ends[info.cluster]]
            clusters.add(info.cluster)
            glyphs.append(
                Glyph(
                    character=chr(self._character(info.codepoint, source, meanings)),
                    start=info.cluster,
                    advance=position.x_advance * self._scale,
                    x_offset=position.x_offset * self._scale,
                    y_offset=position.y_offset * self._scale,
                )
            )
        return glyphs

    def _character(self, glyph: int, source: str, meanings: dict[int, str]) -> int:
        """The first character of the glyph that stands for this text here, or for none yet.

        The last one is taken for all that is left; the actual text of the line still tells it rightly.
        """
        places = range(_PRIVATE.start + glyph, _PRIVATE.stop, self._shaper.face.glyph_count)
        character = next((place for place in places if meanings.setdefault(place, source) == source), places[-1])
        self.face.charToGlyph[character] = glyph
        self.face.charWidths[character] = self._shaper.get_glyph_h_advance(glyph) * self._scale
        return character

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        """As ReportLab does it, with the real letters in the table from glyphs to text."""
        subsets = [list(subset) for subset in self.state[doc].subsets] if doc in self.state else []
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            font = doc.idToObject["BasicFonts"].dict[self.getSubsetName(doc, number)]
            doc.idToObject["toUnicodeCMap:" + font.BaseFont].content = _to_unicode(subset, self.meanings(doc))

    def getSubsetName(self, doc: Any, number: int) -> str:  # noqa: N802
        return f"{doc.fontMapping[self.fontName][1:]}+{number}"


def _to_unicode(subset: list[int], meanings: dict[int, str]) -> str:
    """The table from the codes of a subset to the texts they stand for."""
    texts = [meanings.get(character, chr(character)) or "\u200b" for character in subset]
    lines = [f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in enumerate(texts)]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <00> <FF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


@dataclass(frozen=True)
class Face:
    """The fonts of one weight, in the order they are tried."""

    fonts: tuple[ShapedFont, ...]

    @cached_property
    def plain(self) -> frozenset[str]:
        """The characters that the first font draws unchanged; most texts hold no others."""
        kinds = ("Lu", "Ll", "Lo", "Nd", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Zs")
        signs = map(chr, list(self.fonts[0].face.charToGlyph))
        return frozenset(sign for sign in signs if unicodedata.category(sign) in kinds and self.fonts[0].has(sign))

    def has(self, character: str) -> bool:
        return any(font.has(character) for font in self.fonts)

    def font_for(self, character: str) -> ShapedFont:
        return next((font for font in self.fonts if font.has(character)), self.fonts[0])


@cache
def face(*, bold: bool) -> Face:
    """The fonts of this weight, read from disk once. Those of signs have one weight only."""
    return Face(tuple(_font(family, "Bold" if bold else "Regular") for family in FAMILIES))


@cache
def _font(family: str, weight: str) -> ShapedFont:
    path = FOLDER / f"{family}-{weight}.ttf"
    if not path.exists():
        return _font(family, "Regular")
    font = ShapedFont(f"BRIK-{path.stem}", path, shaped_from_left=family in _SHAPED_FROM_LEFT)
    pdfmetrics.registerFont(font)
    return font


def printable(text: str, weight: Face, *, keep: Container[str] = "") -> str:
    """The text as these fonts can show it. A character without a glyph becomes one visible mark.

    Direction controls are dropped, since they could make a line read differently from what is stored; so are invisible
    characters without a glyph. ``keep``: characters that stay, whether they have a glyph or not.
    """
    if weight.plain.issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    signs = unicodedata.normalize("NFC", text)
    return "".join(sign if sign in keep else _shown(sign, weight) for sign in signs)


def without_glyph(text: str) -> list[str]:
    """The letters and signs of a text that a paper cannot show, each once, in the order they come."""
    regular, bold = face(bold=False), face(bold=True)
    if regular.plain.issuperset(text) and bold.plain.issuperset(text):
        return []
    signs = dict.fromkeys(unicodedata.normalize("NFC", text))
    return [sign for sign in signs if _is_lost(sign, regular) or _is_lost(sign, bold)]


def _shown(character: str, weight: Face) -> str:
    kind = unicodedata.category(character)
    if character in "\t\n" or kind in ("Zl", "Zp") or unicodedata.bidirectional(character) == "B":
        return " " if character == "\t" else "\n"
    if kind in ("Cc", "Cf", "Cs", "Co"):
        # Joiners shape the letters beside them; the other characters of these categories are invisible or private.
        return character if character in _JOINERS else ""
    if weight.has(character):
        return character
    if kind == "Zs":
        return " "
    return "" if kind in ("Mn", "Me") else UNKNOWN


def _is_lost(character: str, weight: Face) -> bool:
    """Whether somebody would miss the character on paper: it is not there, and it is not invisible."""
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me"):
        return not weight.has(character) and character not in _INVISIBLE_MARKS
    return kind == "Co" or _shown(character, weight) == UNKNOWN
