"""Reads untrusted XML: no entities, network or document type, and limits on size, depth and elements."""

from __future__ import annotations

import re

from lxml import etree

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 20_000
ENCODINGS = {
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "iso-8859-15",
    "latin-9",
    "windows-1252",
    "cp1252",
}
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")

# XML has its declaration first; some systems write blank lines before it.
_BEFORE_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?[ \t\r\n]+(?=<\?xml)")


class MessageRefused(Exception):
    """A message is not taken in. The text tells the sender why, and never repeats what was sent.

    ``malformed``: the XML itself is wrong, rather than something in its content.
    """

    def __init__(self, reason: str, *, malformed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.malformed = malformed


class _Guard:
    """Builds the tree, counts its elements, and stops at the first thing that is not allowed in a message."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._depth = self._elements = 0
        self.refusal: MessageRefused | None = None

    def start(self, tag: str, attributes: dict[str, str], nsmap: dict[str, str] | None = None) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            self._refuse("XML-en er for dyp.")
        if self._elements > MAX_ELEMENTS:
            self._refuse("XML-en har for mange elementer.")
        self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(tag)

    def data(self, text: str) -> None:
        self._builder.data(text)

    def doctype(self, *_: object) -> None:
        self._refuse("XML-en har en dokumenttype (DOCTYPE), og det er ikke tillatt.")

    def close(self) -> etree._Element:
        return self._builder.close()

    def _refuse(self, reason: str) -> None:
        # Closing the unfinished tree can raise another error afterwards: the first one is kept.
        self.refusal = MessageRefused(reason, malformed=True)
        raise self.refusal


def read(raw: bytes) -> etree._Element:
    """The root element of ``raw``. Raises :class:`MessageRefused`."""
    if len(raw) > MAX_BYTES:
        raise MessageRefused(f"Meldingen er større enn {MAX_BYTES // 1024} KiB.", malformed=True)
    raw = _BEFORE_DECLARATION.sub(b"", raw)
    declared = _DECLARED.match(raw.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].decode().lower() not in ENCODINGS:
        raise MessageRefused(
            "Tegnsettet støttes ikke. Bruk UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 eller Windows-1252.", malformed=True
        )
    guard = _Guard()
    parser = etree.XMLParser(
        target=guard,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        if guard.refusal is not None:
            raise guard.refusal from None
        # The parser's own message can repeat what was sent; the line number is enough.
        line = f" (linje {error.lineno})" if error.lineno else ""
        raise MessageRefused(f"Meldingen er ikke lesbar XML{line}.", malformed=True) from None
    except (LookupError, ValueError):
        if guard.refusal is not None:
            raise guard.refusal from None
        raise MessageRefused("Meldingen er ikke lesbar XML.", malformed=True) from None
