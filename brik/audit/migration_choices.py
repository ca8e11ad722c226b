"""Leaves the choices of fields out of migrations: labels are not in the database.

A reworded or added choice then needs no migration. Where the database checks the codes, a constraint does it.
"""

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState


class AutodetectorWithoutChoices(MigrationAutodetector):
    """Django's own, but it ignores the choices of fields."""

    def __init__(self, from_state: ProjectState, to_state: ProjectState, questioner: Any = None) -> None:
        for state in (from_state, to_state):
            _forget_choices(state)
        super().__init__(from_state, to_state, questioner)


def _forget_choices(state: ProjectState) -> None:
    for model in state.models.values():
        for field in model.fields.values():
            if getattr(field, "choices", None) is not None:
                field.choices = None
