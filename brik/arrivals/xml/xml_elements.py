"""Reads elements of the service's messages by name; a missing or repeated one is refused, naming it.

An optional element that cannot be read is left out and named, and costs the message nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lxml import etree

from brik.arrivals.xml.xml_reader import MessageRefused
from brik.arrivals.xml.xml_times import is_no_date

NAMESPACE = "http://justishub.justisnett.no/straffegjennomfoering/"
VERSION = "1.0"
COMMON = f"{NAMESPACE}{VERSION}/Felles"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_T = TypeVar("_T")


def _is_nil(element: etree._Element) -> bool:
    return element.get(NIL, "").strip() in {"true", "1"}


class XmlElement:
    """An element whose children are read by name. A repeated child is refused; a child that is nil counts as absent."""

    def __init__(self, element: etree._Element, own: str, left_out: list[str]) -> None:
        name = etree.QName(element)
        self.local, self.namespace = name.localname, name.namespace or ""
        self._element = element
        # A child is named in the message's own namespace or in the common one.
        self._own = own or self.namespace
        # The names of the optional elements that could not be read, of the whole message.
        self.left_out = left_out

    def child(self, name: str, *, required: bool = False) -> Any:
        elements = [self._element.find(f"{{{space}}}{name}") for space in (self._own, COMMON)]
        present = [element for element in elements if element is not None and not _is_nil(element)]
        if len(present) > 1 or any(len(self._element.findall(f"{{{s}}}{name}")) > 1 for s in (self._own, COMMON)):
            raise MessageRefused(f"{name}: står mer enn én gang.")
        if not present and required:
            raise MessageRefused(f"{name}: mangler.")
        return XmlElement(present[0], self._own, self.left_out) if present else None

    def text(self, name: str) -> str:
        child = self.child(name)
        return "" if child is None else (child._element.text or "").strip()

    def texts(self, name: str) -> list[str]:
        every = [*self._element.findall(f"{{{self._own}}}{name}"), *self._element.findall(f"{{{COMMON}}}{name}")]
        return [text for element in every if (text := (element.text or "").strip())]

    def need(self, name: str) -> str:
        if not (text := self.text(name)):
            raise MessageRefused(f"{name}: mangler.")
        return text

    def leave_out(self, name: str) -> None:
        """Note that this optional element could not be read."""
        if name not in self.left_out:
            self.left_out.append(name)

    def when(
        self, name: str, reader: Callable[[str], _T], *, required: bool = False, expected: bool = False
    ) -> _T | None:
        """A date. One that cannot be read is left out and named, and so is one that is ``expected`` and missing.

        Raises ``MessageRefused`` where it is ``required`` and missing or unreadable: nothing can be done without it.
        """
        text = self.text(name)
        if is_no_date(text):
            text = ""
        if not text and required:
            raise MessageRefused(f"{name}: mangler.")
        if not text and expected:
            self.leave_out(name)
        try:
            return reader(text) if text else None
        except ValueError:
            if not required:
                self.leave_out(name)
                return None
            raise MessageRefused(
                f"{name}: er ikke en gyldig dato. Bruk ÅÅÅÅ-MM-DD, med eller uten klokkeslett."
            ) from None

    def boolean(self, name: str) -> bool:
        if (text := self.need(name)) not in {"true", "false", "1", "0"}:
            raise MessageRefused(f"{name}: skal være true eller false.")
        return text in {"true", "1"}
