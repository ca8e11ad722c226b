"""A message in plain words, for those who read it on a page or on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brik.people.numbers import LABELS

# What each kind of number in a message is called; a message without one says so by another word.
NUMBERS = {kind.value: label for kind, label in LABELS.items()}


def number_words(kind: str) -> str:
    """What the number of a message is: a national id, a D-number …"""
    return NUMBERS.get(kind, kind)


def source_words(source: str) -> str:
    """Where an answer comes from: nothing that is unconfirmed must look confirmed."""
    kind, _colon, who = source.partition(": ")
    return {
        "EGENOPPLYSNING": _("Oppgitt av den innsatte"),
        "BEKREFTET": _("Bekreftet"),
        "TREDJEPART": _("Oppgitt av %s") % who,
    }.get(kind, source)
