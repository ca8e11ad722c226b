"""Migrations say what is in the database. The words for a code are not, so they are left out of them.

A reworded or added choice then needs no migration; where the database checks the codes, a constraint says so.
"""

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState


class AutodetectorWithoutChoices(MigrationAutodetector):
    """Django's own, for which a field with choices is one without."""

    def __init__(self, from_state: ProjectState, to_state: ProjectState, questioner: Any = None) -> None:
        for state in (from_state, to_state):
            _forget_choices(state)
        super().__init__(from_state, to_state, questioner)


def _forget_choices(state: ProjectState) -> None:
    for model in state.models.values():
        for field in model.fields.values():
            if getattr(field, "choices", None) is not None:
                field.choices = None
