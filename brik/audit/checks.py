"""Start-up check: each ``RECORD_NAME`` belongs to one model."""

from __future__ import annotations

import re
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

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
