"""The partner's summary as a tagged PDF, from the same bytes as the page: one sheet, and what is folded on the next.

The words around the message are in the reader's language, the message is in its own.
"""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brik.pdf.document import PdfDocument
from followup.sharing.inbox.first_page import FirstPage
from followup.sharing.pages.answer_layout import AnswerLine
from followup.sharing.pages.plain_words import OWN_WORDS, URGENT, number_words
from followup.sharing.wire.payload import LANGUAGE


def summary(page: dict[str, Any]) -> bytes:
    """The PDF of ``page``, what the summary page shows. Its title has no name: file lists and print queues show it.

    Staff stand on it as role and unit.
    """
    document = PdfDocument(_("Sammendrag av kartlegging"), get_language() or LANGUAGE)
    document.heading(1, _("Sammendrag av kartlegging"))
    _who_and_where(document, page)
    _first_lines(document, page["first"])
    limit = page["message"]["bruksbegrensning"]
    document.paragraph(f"{OWN_WORDS} {_('Begrensning: %(limit)s.') % {'limit': limit}}", note=True)
    document.paragraph(_("Samtykket kan trekkes. Da skal utskriften makuleres."), note=True)
    document.new_page()
    _consent(document, page)
    _answers(document, page)
    return document.render()


def _who_and_where(document: PdfDocument, page: dict[str, Any]) -> None:
    message, first, telephone = page["message"], page["first"], page["facts"]["telephone"]
    unit = message["lokasjonEnhet"]["enhet"]
    document.pair(_("Gjelder"), page["name"])
    if message["person"]["ident"]:
        document.pair(number_words(message["person"]["identType"]), message["person"]["ident"])
    if first.release:
        document.pair(_("Kan bli løslatt"), first.release)
    document.pair(_("Hvor"), unit)
    if first.home:
        document.pair(_("Vil bo i"), first.home)
    document.pair(_("Kontakt"), _("Kartlegger ved %(unit)s") % {"unit": unit})
    if telephone:
        document.pair(_("Telefon"), telephone)
    document.pair(_("Referanse"), page["sheet"])


def _first_lines(document: PdfDocument, first: FirstPage) -> None:
    if first.needs:
        document.heading(2, _("Behov som haster eller er store"))
        rows = [[need.area, need.grade, need.what] for need in first.needs]
        document.table([_("Område"), _("Behov"), _("Hva")], rows, widths=(2, 1, 4))
    if first.wishes:
        document.heading(2, _("Ønsker hjelp med"))
        for wish in first.wishes:
            document.bullet(wish, language=LANGUAGE)
    if first.deadlines:
        document.heading(2, _("Frister"))
        rows = [[deadline.what, date_format(deadline.day, "j. F Y")] for deadline in first.deadlines]
        document.table([_("Hva"), _("Dag")], rows, widths=(3, 1))


def _consent(document: PdfDocument, page: dict[str, Any]) -> None:
    message, facts = page["message"], page["facts"]
    document.heading(2, _("Samtykket og kartleggingen"))
    document.definition(_("Har sagt ja til at dere får vite om"), ", ".join(facts["permitted"]))
    document.definition(_("Samtykket gjelder til og med"), date_format(facts["until"], "j. F Y"))
    document.definition(_("Kartlagt"), date_format(facts["mapped_on"], "j. F Y"))
    document.definition(_("Formål"), message["formaal"], language=LANGUAGE)
    document.definition(_("Begrensning"), message["bruksbegrensning"], language=LANGUAGE)


def _answers(document: PdfDocument, page: dict[str, Any]) -> None:
    for area in page["areas"]:
        document.heading(2, area.title, language=LANGUAGE)
        if area.themes:
            document.paragraph(_("Tema: %s") % ", ".join(area.themes), note=True)
        for answer in area.answers:
            label = f"{URGENT}: {answer.text}" if answer.urgent else answer.text
            document.definition(label, _lines(answer.shown), note=answer.source, language=LANGUAGE)


def _lines(shown: list[AnswerLine]) -> str:
    """The answer on one line; a repeating question has a line for each part of each row."""
    if not any(line.parts for line in shown):
        return "; ".join(line.line for line in shown)
    return "\n\n".join("\n".join(f"{label}: {text}" for label, text in line.parts) or line.line for line in shown)
