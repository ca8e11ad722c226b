"""The form of a mapper's reply. It is seen as it will be sent, and ticked, before it is sent."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Confirm, PageForm, TextArea
from followup.sharing.disclosure.partner_messages import LONGEST

SALT = "sharing.reply"


class ReplyForm(PageForm):
    """The words of a reply; ``seen`` is asked once they have been shown as the recipient will read them."""

    marks = "none"

    text = TextArea(
        label=_("Svar til mottakeren"),
        hint=_("Kort, for eksempel en tid som passer. Mottakeren ser hvilken enhet du er ved, ikke navnet ditt."),
        avoid=_("Ikke skriv noe om personen som mottakeren ikke har fått fra før."),
        missing=_("Skriv et svar."),
        max_length=LONGEST,
    )
    seen = Confirm(
        label=_("Jeg har lest gjennom. Svaret sier ikke mer om personen enn mottakeren har fått fra før."),
        missing=_("Les gjennom svaret, og kryss av før du sender."),
    )

    def __init__(self, *args: Any, sends: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sends:
            del self.fields["seen"]


def token_of(text: str, *, where: str) -> str:
    """A signed token of the words that were shown."""
    return signing.dumps([_digest(text), where], salt=SALT)


def was_shown(token: str, text: str, *, where: str) -> bool:
    """Whether these very words were shown there."""
    try:
        return bool(signing.loads(token, salt=SALT) == [_digest(text), where])
    except signing.BadSignature:
        return False


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
