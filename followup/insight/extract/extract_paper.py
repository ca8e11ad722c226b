"""The extract as a tagged PDF, and as data; both from the same sections as the page."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from brik.pdf.archive import Attachment
from brik.pdf.document import PdfDocument
from followup.insight.extract.extract_line import ExtractEntry, ExtractSection, day_words

SCHEMA = "brik.innsyn/1"
# Whatever the person is called, the files are called this: no name and no number stands in a file's name.
PAPER_NAME, DATA_NAME = "innsyn.pdf", "innsyn.json"


def as_data(sections: Iterable[ExtractSection]) -> bytes:
    """The sections as JSON in UTF-8, with the files that are kept in base64."""
    content = {
        "skjema": SCHEMA,
        "laget": timezone.localtime().isoformat(timespec="minutes"),
        "deler": [_section(section) for section in sections],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_paper(sections: Iterable[ExtractSection]) -> bytes:
    """The sections as a paper that carries the same as data (PDF/A-3a, PDF/UA-1)."""
    sections = list(sections)
    title = _("Alt BRIK har lagret om en person")
    paper = PdfDocument(title, translation.get_language() or "nb")
    paper.heading(1, title)
    paper.paragraph(_("Skrevet ut %s. Ansatte står med rolle, enhet og dag.") % day_words(timezone.now()), note=True)
    for section in sections:
        _write(paper, section)
    description = _("Det samme som data, med arkene som er skrevet under")
    return paper.render(attachment=Attachment(DATA_NAME, "application/json", as_data(sections), description))


def _write(paper: PdfDocument, section: ExtractSection) -> None:
    paper.heading(2, section.title)
    if section.is_empty:
        paper.paragraph(_("Ingen."))
    if section.intro:
        paper.paragraph(section.intro, note=True)
    for entry in section.entries:
        if entry.heading:
            paper.heading(3, entry.heading)
        for line in entry.lines:
            paper.definition(line.term, line.whole)
        for text in entry.said:
            paper.bullet(text)
        if entry.files:
            paper.paragraph(_("Arket som er skrevet under, følger med i filen."), note=True)
    if section.table and section.table.rows:
        paper.table(section.table.header, section.table.rows)


def _section(section: ExtractSection) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kode": section.code,
        "tittel": section.title,
        "innhold": [_entry(entry) for entry in section.entries],
    }
    if section.table is not None:
        shown["tabell"] = {"kolonner": list(section.table.header), "rader": [list(row) for row in section.table.rows]}
    return shown


def _entry(entry: ExtractEntry) -> dict[str, Any]:
    lines = [{"hva": line.term, "tekst": line.text, "ord": line.quote} for line in entry.lines]
    files = [
        {"navn": file.name, "type": file.media_type, "base64": base64.b64encode(file.data).decode()}
        for file in entry.files
    ]
    return {"overskrift": entry.heading, "linjer": lines, "sagt": list(entry.said), "filer": files}
