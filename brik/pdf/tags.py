"""The structure tree of a tagged PDF: which marked content is a heading, a paragraph, a cell, or decoration.

ReportLab draws; this keeps the tree and writes it into the file (PDF 1.7, 14.7–14.8, as PDF/UA-1 demands).
Everything is drawn inside ``content`` or ``artifact``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas


@dataclass(eq=False)
class TagElement:
    """A node of the structure tree. Its children are elements and marked content, as (page, number)."""

    kind: str
    parent: "TagElement | None" = None
    language: str = ""
    alternative: str = ""
    scope: str = ""
    children: "list[TagElement | tuple[int, int]]" = field(default_factory=list)

    def add(self, kind: str, *, language: str = "", alternative: str = "", scope: str = "") -> "TagElement":
        element = TagElement(kind, self, language, alternative, scope)
        self.children.append(element)
        return element


class Tags:
    """The tree of one document, filled while its canvas is drawn."""

    def __init__(self, canvas: Canvas) -> None:
        self.root = TagElement("Document")
        self._canvas = canvas
        self._pages: list[list[TagElement]] = [[]]

    @contextmanager
    def content(self, element: TagElement, *, actual_text: str = "") -> Iterator[None]:
        """Everything drawn inside belongs to this element. ``actual_text`` is its text if the glyphs do not say it."""
        page, number = len(self._pages) - 1, len(self._pages[-1])
        self._pages[-1].append(element)
        element.children.append((page, number))
        says = f" /ActualText <FEFF{actual_text.encode('utf-16-be').hex().upper()}>" if actual_text else ""
        self._canvas._code.append(f"/{element.kind} <</MCID {number}{says}>> BDC")
        yield
        self._canvas._code.append("EMC")

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Everything drawn inside is decoration: rules, and what repeats on every page."""
        self._canvas._code.append(f"/Artifact <</Type /{kind}>> BDC")
        yield
        self._canvas._code.append("EMC")

    def next_page(self) -> None:
        self._pages.append([])

    def write(self, *, language: str, from_right: bool) -> None:
        """Write tree and language into the document. Called once, before it is saved."""
        document = self._canvas._doc
        references: dict[TagElement, PDFObjectReference] = {}
        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        tree_reference = document.Reference(tree, "BrikTags")
        self._element(self.root, tree_reference, references)
        numbers: list[Any] = []
        for page, elements in enumerate(self._pages):
            numbers += [page, PDFArray([references[element] for element in elements])]
        tree.dict["K"] = references[self.root]
        tree.dict["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        tree.dict["ParentTreeNextKey"] = len(self._pages)
        for number, page_object in enumerate(document.Pages.pages):
            page_object.__NoDefault__ = [*page_object.__NoDefault__, "StructParents", "Tabs"]
            page_object.StructParents, page_object.Tabs = number, PDFName("S")
        catalogue = document.Catalog
        catalogue.StructTreeRoot = tree
        catalogue.MarkInfo = PDFDictionary({"Marked": "true"})
        direction = PDFName("R2L" if from_right else "L2R")
        catalogue.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true", "Direction": direction})
        catalogue.Lang = PDFString(language)

    def _element(self, element: TagElement, parent: Any, references: dict[TagElement, Any]) -> Any:
        document = self._canvas._doc
        entry = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent})
        references[element] = reference = document.Reference(entry)
        if element.language:
            entry.dict["Lang"] = PDFString(element.language)
        if element.alternative:
            entry.dict["Alt"] = PDFString(element.alternative)
        if element.scope:
            entry.dict["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(element.scope)})
        entry.dict["K"] = PDFArray(
            [
                self._element(child, reference, references) if isinstance(child, TagElement) else _marked(*child)
                for child in element.children
            ]
        )
        return reference


def _marked(page: int, number: int) -> PDFDictionary:
    page_reference = PDFObjectReference(f"Page{page + 1}")
    return PDFDictionary({"Type": PDFName("MCR"), "Pg": page_reference, "MCID": number})
