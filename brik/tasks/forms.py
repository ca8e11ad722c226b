"""How a task ended, and to whom it is passed on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, PageForm, Select
from brik.staff.models import Role
from brik.tasks.promises import TASK_ROLES
from brik.tasks.states import CHOSEN


class FinishForm(PageForm):
    """How it went."""

    marks = "none"
    outcome = Choice(
        label=_("Hvordan gikk det?"),
        choices=[(outcome.value, outcome.label) for outcome in CHOSEN],
        missing=_("Velg hvordan det gikk"),
    )


class HandOverForm(PageForm):
    """Whom it is passed on to: one of the roles that somebody in the unit holds."""

    marks = "none"

    def __init__(self, *args: Any, roles: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in TASK_ROLES if role in roles]
        self.fields["role"] = Select(label=_("Gi den til"), choices=choices, missing=_("Velg hvem som får den"))

    def to(self) -> Role:
        return Role(self.cleaned_data["role"])
