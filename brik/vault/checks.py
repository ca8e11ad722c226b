"""Start-up checks: the keys are there and private, and each sealed model has a ``RECORD_NAME``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from brik.audit.owner_command import works_as_owner
from brik.audit.record_names import record_name
from brik.vault.inspection import sealed_models
from brik.vault.providers.file_provider import FileKeyProvider


@register
def keys_are_at_hand(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error when the keys cannot be opened. Commands that change the schema need no keys."""
    if works_as_owner():
        return []
    try:
        FileKeyProvider(settings.KEY_DIR)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="vault.E001")]
    return []


@register
def what_is_sealed_has_a_name(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each sealed model without a ``RECORD_NAME``, which is bound into every sealed value."""
    errors: list[CheckMessage] = []
    for model in sealed_models():
        try:
            record_name(model)
        except TypeError as error:
            errors.append(Error(str(error), id="vault.E002"))
    return errors
