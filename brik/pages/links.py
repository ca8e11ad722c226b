"""The way up: pages in a room above the one that leads there, named by ``settings.BRIK_LINKS``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def link_to(page: str, *args: Any) -> str:
    """The address of a page of the house, such as ``link_to("person", person.pk)``.

    Raises ``KeyError`` for a page that the settings do not name.
    """
    return reverse(settings.BRIK_LINKS[page], args=args)
