"""The structure tree of a PDF."""

import pypdf


def elements(reader: pypdf.PdfReader) -> list:
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()]
    while waiting:
        element = waiting.pop()
        found.append(element)
        for child in element["/K"]:
            child = child.get_object()
            if child.get("/Type") == "/StructElem":
                waiting.append(child)
    return found
