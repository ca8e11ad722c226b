"""At start: the keys are there, and nobody else can read them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from brik.audit.owner_command import works_as_owner
from brik.vault.providers.file_provider import FileKeyProvider


@register
def keys_are_at_hand(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every process that works with people's data opens its keys first. Commands that change the schema need none."""
    if works_as_owner():
        return []
    try:
        FileKeyProvider(settings.KEY_DIR)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="vault.E001")]
    return []
