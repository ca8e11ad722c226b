"""The name of a model in events and sealed data: a constant of the model, which stays when the model moves."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models


def record_name(model: models.Model | type[models.Model]) -> str:
    """The ``RECORD_NAME`` of a model or of a row's model; for a history model that of the model it belongs to.

    Raises ``TypeError`` for a model without one.
    """
    name = getattr(getattr(model, "instance_type", model), "RECORD_NAME", "")
    if not name:
        raise TypeError(f"{model._meta.label} has no RECORD_NAME")
    return str(name)


def named_models() -> Iterator[tuple[str, type[models.Model]]]:
    """Every model with a ``RECORD_NAME``, and the name."""
    for model in apps.get_models():
        if name := getattr(model, "RECORD_NAME", ""):
            yield name, model
