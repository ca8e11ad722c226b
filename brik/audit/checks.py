"""Checks: each ``RECORD_NAME`` belongs to one model, and the roles of the database may do what the list says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from brik.audit import partitions
from brik.audit.owner_command import works_as_owner
from brik.audit.record_names import named_models


@register
def record_names_are_unique(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Each ``RECORD_NAME`` is a plain word and belongs to one model."""
    seen: dict[str, type[models.Model]] = {}
    errors: list[CheckMessage] = []
    for name, model in named_models():
        if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
            errors.append(Error(f"{model._meta.label}: RECORD_NAME {name!r} is not a plain word", id="audit.E002"))
        if name in seen:
            both = f"{seen[name]._meta.label} and {model._meta.label}"
            errors.append(Error(f"{both} have the same RECORD_NAME {name!r}", id="audit.E001"))
        seen[name] = model
    return errors


@register(Tags.database)
def roles_may_do_what_the_list_says(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What ``manage.py check --database default`` says of the two roles that own nothing: more rights, or fewer.

    Nothing to a command that changes the schema: ``migrate`` asks first, and then mends it.
    """
    if works_as_owner():
        return []
    return [
        Error(sentence, hint="Run migrate as the owner of the tables.", id="audit.E003")
        for using in databases or ()
        if partitions.is_partitioned(using)
        for sentence in import_module(settings.BRIK_PRIVILEGES).differences(using)
    ]
