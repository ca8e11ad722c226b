"""At every start: each field of a message is stored, and messages stored without it can still be read."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.arrivals.stored_content import flaws


@register()
def messages_are_stored_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each field of a message that would be lost, or that older messages could not be read without."""
    return [Error(sentence, id="arrivals.E001") for sentence in flaws()]
