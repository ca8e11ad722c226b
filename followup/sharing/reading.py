"""A message in plain words, for those who read it on a page or on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _


def source_words(source: str) -> str:
    """Where an answer comes from: nothing that is unconfirmed must look confirmed."""
    kind, _colon, who = source.partition(": ")
    return {
        "EGENOPPLYSNING": _("Oppgitt av den innsatte"),
        "BEKREFTET": _("Bekreftet"),
        "TREDJEPART": _("Oppgitt av %s") % who,
    }.get(kind, source)
