"""The partner's summary as a tagged PDF, from the same bytes as the page.

The words around the message are in the reader's language, the message is in its own.
"""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brik.pdf.document import PdfDocument
from followup.sharing.pages.answer_layout import AnswerLine
from followup.sharing.pages.plain_words import OWN_WORDS, URGENT, number_words
from followup.sharing.wire.payload import LANGUAGE


def summary(page: dict[str, Any]) -> bytes:
    """The PDF of ``page``, what the summary page shows. Its title has no name: file lists and print queues show it."""
    message, facts = page["message"], page["facts"]
    document = PdfDocument(_("Sammendrag av kartlegging"), get_language() or LANGUAGE)
    document.heading(1, _("Sammendrag av kartlegging"))
    document.definition(_("Gjelder"), page["name"])
    document.definition(_("Referanse"), page["sheet"])
    if message["person"]["ident"]:
        document.definition(number_words(message["person"]["identType"]), message["person"]["ident"])
    document.definition(_("Kontakt i fengselet"), f"{message['kontakt']['navn']}, {message['lokasjonEnhet']['enhet']}")
    document.definition(_("Kartlagt"), date_format(facts["mapped_on"], "j. F Y"))
    document.definition(_("Samtykket gjelder til og med"), date_format(facts["until"], "j. F Y"))
    document.definition(_("Har sagt ja til at dere får vite om"), ", ".join(facts["permitted"]))
    document.definition(_("Formål"), message["formaal"], language=LANGUAGE)
    document.definition(_("Begrensning"), message["bruksbegrensning"], language=LANGUAGE)
    document.paragraph(str(OWN_WORDS), note=True)
    for area in page["areas"]:
        document.heading(2, area.title, language=LANGUAGE)
        if area.themes:
            document.paragraph(_("Tema: %s") % ", ".join(area.themes), note=True)
        for answer in area.answers:
            label = f"{URGENT}: {answer.text}" if answer.urgent else answer.text
            document.definition(label, _lines(answer.shown), note=answer.source, language=LANGUAGE)
    document.paragraph(_("Samtykket kan trekkes. Da skal utskriften makuleres."), note=True)
    return document.render()


def _lines(shown: list[AnswerLine]) -> str:
    """The answer on one line; a repeating question has a line for each part of each row."""
    if not any(line.parts for line in shown):
        return "; ".join(line.line for line in shown)
    return "\n\n".join("\n".join(f"{label}: {text}" for label, text in line.parts) or line.line for line in shown)
