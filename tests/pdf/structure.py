"""The structure tree of a PDF."""

from typing import Any

import pypdf


def root(reader: pypdf.PdfReader) -> Any:
    """The root of the file, whose entries are read by name: pypdf types none of them."""
    return reader.trailer["/Root"]


def elements(reader: pypdf.PdfReader) -> list:
    found, waiting = [], [root(reader)["/StructTreeRoot"]["/K"].get_object()]
    while waiting:
        element = waiting.pop()
        found.append(element)
        for child in element["/K"]:
            child = child.get_object()
            if child.get("/Type") == "/StructElem":
                waiting.append(child)
    return found
