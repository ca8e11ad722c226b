"""The partner's summary as a tagged PDF, from the same bytes as the page."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.pdf.document import Document
from followup.sharing.reading import OWN_WORDS, number_words, source_words


def summary(page: dict[str, Any]) -> bytes:
    """``page`` is what the summary page shows. The title holds no name: it shows in file lists and printer queues."""
    message, facts = page["message"], page["facts"]
    document = Document(_("Sammendrag av kartlegging"), "nb")
    document.heading(1, _("Sammendrag av kartlegging"))
    document.definition(_("Gjelder"), page["name"])
    if message["person"]["ident"]:
        document.definition(number_words(message["person"]["identType"]), message["person"]["ident"])
    document.definition(_("Kontakt i fengselet"), f"{message['kontakt']['navn']}, {message['lokasjonEnhet']['enhet']}")
    document.definition(_("Kartlagt"), date_format(facts["mapped_on"], "j. F Y"))
    document.definition(_("Samtykket gjelder til og med"), date_format(facts["until"], "j. F Y"))
    document.definition(_("Det er svar om"), ", ".join(facts["told"]))
    if facts["silent"]:
        document.definition(_("Ingenting om"), ", ".join(facts["silent"]))
    document.definition(_("Formål"), message["formaal"])
    document.definition(_("Begrensning"), message["bruksbegrensning"])
    document.paragraph(str(OWN_WORDS), note=True)
    for area in message["omraader"]:
        document.heading(2, area["tittel"])
        for answer in area["svar"]:
            document.definition(answer["tekst"], "; ".join(answer["vist"]), note=source_words(answer["kilde"]))
    document.paragraph(_("Samtykket kan trekkes. Da skal utskriften makuleres."), note=True)
    return document.render()
