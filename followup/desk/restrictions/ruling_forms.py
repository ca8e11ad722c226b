"""The leader's answer: which kinds of recipient may be told something, why, and until when."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.definitions.recipients import OrganisationKind
from brik.pages.forms import Choice, DateField, MultiChoice, PageForm, TextArea, field_of

NOBODY, SOME = "INGEN", "NOEN"
# A ruling is looked at anew after this time at the latest.
LONGEST = timedelta(days=183)


class RulingForm(PageForm):
    """The question is the same for everybody; nothing is chosen in advance."""

    marks = "optional"

    who = Choice(
        label=_("Kan noen mottakere få vite noe mens restriksjonene gjelder?"),
        choices=[(NOBODY, _("Nei, ingen")), (SOME, _("Ja, bare disse"))],
        missing=_("Velg om noen kan få vite noe"),
    )
    kinds = MultiChoice(
        label=_("Hvilke mottakere?"), conditional_on=("who", {SOME}), missing=_("Velg minst én mottaker")
    )
    reason = TextArea(
        label=_("Begrunnelse"),
        max_length=500,
        missing=_("Skriv begrunnelsen"),
        avoid=_("Skriv ikke om siktelsen, saken eller helse."),
    )
    last_day = DateField(label=_("Til og med hvilken dag gjelder svaret?"), missing=_("Skriv hvilken dag"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = field_of(self, "last_day", DateField)
        field_of(self, "kinds", MultiChoice).choices = [
            (kind.value, gettext(kind.entry.staff_label)) for kind in OrganisationKind
        ]
        day.earliest, day.latest = timezone.localdate(), timezone.localdate() + LONGEST

    def values(self) -> dict[str, Any]:
        """What :func:`followup.desk.restrictions.actions.rule` takes."""
        data = self.cleaned_data
        end = datetime.combine(data["last_day"] + timedelta(days=1), time.min)
        chosen = data["kinds"] if data["who"] == SOME else []
        return {
            "kinds": [OrganisationKind(code) for code in chosen],
            "reason": data["reason"],
            "until": timezone.make_aware(end),
        }
