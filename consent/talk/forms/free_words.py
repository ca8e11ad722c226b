"""What is written freely on the pages of a talk, read without the talk: it may be gone when they are sent."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.pages.forms import PageForm, TextField
from consent.record import steps

# Names of fields, with the label the staff know them by.
_LABELS = {
    rf"{steps.SOURCES}-name_\d+": _("Navn"),
    f"{steps.LANGUAGE}-agency": _("Hvem har formidlet tolken?"),
    f"{steps.LANGUAGE}-spoken": _("Språket det tolkes til"),
}


def free_words(sent: Any) -> PageForm:
    """A form with a field for each of them that was sent."""
    form = PageForm(sent)
    for name in sent:
        label = next((label for pattern, label in _LABELS.items() if re.fullmatch(pattern, name)), None)
        if label is not None:
            form.fields[name] = TextField(label=label)
    return form
