"""The form of a proposal: how much goes, and why."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from brik.audit.reasons import Reason
from brik.pages.forms import Choice, ChoiceOption, PageForm, field_of
from followup.desk.retention.erasures import ERASURE_REASONS, ErasureExtent
from followup.insight.cause_words import reason_in_words


class EraseForm(PageForm):
    """Nothing is chosen in advance."""

    marks = "none"

    extent = Choice(
        label=_("Hva skal slettes?"),
        choices=[
            ChoiceOption(
                ErasureExtent.SAID.value,
                ErasureExtent.SAID.label,
                description=_("Kartlegginger, samtaler, samtykker, kvitteringer, lapper og delinger."),
            ),
            ChoiceOption(
                ErasureExtent.EVERYTHING.value,
                ErasureExtent.EVERYTHING.label,
                description=_("Også navn, numre, opphold og meldinger. Går bare når personen ikke er i fengsel."),
            ),
        ],
        missing=_("Velg hva som skal slettes"),
    )
    why = Choice(label=_("Hvorfor?"), missing=_("Velg hvorfor"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "why", Choice).choices = [
            (reason.value, capfirst(reason_in_words(reason.value))) for reason in ERASURE_REASONS
        ]

    def values(self) -> dict[str, Any]:
        """What :func:`followup.desk.erasure.actions.propose` takes."""
        data = self.cleaned_data
        return {"extent": ErasureExtent(data["extent"]), "why": Reason(data["why"])}
