"""Links from lower rooms to pages of higher rooms, which ``settings.BRIK_LINKS`` names."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def link_to(page: str, *args: Any) -> str:
    """The address of such a page: ``link_to("person", person.pk)``.

    Raises ``KeyError`` for a page that the settings do not name.
    """
    return reverse(settings.BRIK_LINKS[page], args=args)
