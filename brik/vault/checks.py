"""Start-up checks: the keys are there and private, and each sealed model has a ``RECORD_NAME``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from brik.audit.owner_command import works_as_owner
from brik.audit.record_names import record_name
from brik.vault.inspection import sealed_models
from brik.vault.providers.provider import ask_again


@register
def keys_are_at_hand(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error when the keys cannot be opened. Commands that change the schema need no keys."""
    if works_as_owner():
        return []
    try:
        ask_again()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="vault.E001")]
    return []


@register
def keys_are_kept_in_a_module(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error where the keys of real people lie in files: whoever copies the disk then has them."""
    if settings.KEY_PROVIDER != "files" or settings.KEYS_IN_FILES_ALLOWED or works_as_owner():
        return []
    return [
        Error(
            "KEY_PROVIDER=files is for demonstrations and tests: keep the keys in a module with KEY_PROVIDER=pkcs11.",
            id="vault.E009",
        )
    ]


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
