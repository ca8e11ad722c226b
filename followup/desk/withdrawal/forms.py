"""The form of a withdrawal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, DateField, MultiChoice, PageForm, TimeField, field_of
from brik.people.models import Person
from brik.staff.models import Staff
from consent.models import WithdrawalSaid
from consent.record.refusals import DAYS_BACK, ConsentRefusal
from followup.desk.withdrawal.choices import WithdrawalTime, choices, groups


@dataclass(frozen=True)
class Boxes:
    """The boxes of one group: those always shown, and those in a box to open."""

    heading: str
    seen: list[dict[str, Any]]
    folded: list[dict[str, Any]]

    @property
    def open(self) -> bool:
        """Whether the folded boxes are shown: a ticked one is not hidden when the page comes back."""
        return any(option["checked"] for option in self.folded)


class WithdrawForm(PageForm):
    """What is taken back, and when it was said. The same for every person."""

    marks = "none"
    what = MultiChoice(
        label=_("Hva vil den innsatte trekke tilbake?"),
        hint=_("Kryss av for alt som gjelder."),
        missing=_("Velg hva som skal trekkes tilbake."),
    )
    said = Choice(
        label=_("Hvordan ble det sagt?"),
        hint=_("Det gjelder fra nå, uansett hva du svarer her."),
        choices=WithdrawalSaid.choices,
        missing=_("Velg hvordan det ble sagt."),
    )
    when = Choice(label=_("Når ble det sagt?"), choices=WithdrawalTime.choices, initial=WithdrawalTime.NOW, inline=True)
    day = DateField(label=_("Dato"), conditional_on=("when", {WithdrawalTime.BEFORE}), missing=_("Skriv datoen."))
    clock = TimeField(
        label=_("Klokkeslett"),
        conditional_on=("when", {WithdrawalTime.BEFORE}),
        missing=_("Skriv klokkeslettet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "what", MultiChoice).choices = choices()

    @property
    def groups(self) -> list[Boxes]:
        """The boxes under their headings, for the page."""
        bound: Any = self["what"]
        boxes = iter(bound.options)
        return [
            Boxes(group.heading, list(islice(boxes, len(group.choices))), list(islice(boxes, len(group.folded))))
            for group in groups()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("day")
        # A mistyped year is not accepted. What was said longer ago is noted as said today.
        if day and day < timezone.localdate() - timedelta(days=DAYS_BACK):
            self.add_error("day", ConsentRefusal.LONG_AGO.label)
        # A future day is wrong whatever the time, so it is reported also when the time is missing.
        elif day and (day > timezone.localdate() or self.said_at() > timezone.now()):
            self.add_error("day", _("Tidspunktet kan ikke være fram i tid."))
        return cleaned

    def decided(self) -> dict[str, Any]:
        """What the action takes: what is withdrawn, how it was said, and when."""
        said = WithdrawalSaid(self.cleaned_data["said"])
        return {"what": self.cleaned_data["what"], "said": said, "said_at": self.said_at()}

    def key(self, page: UUID, *, person: Person, by: Staff) -> UUID:
        """Names what is sent: the same page with the same words has the same key, however often it comes."""
        sent = [person.pk, by.pk, *(self.cleaned_data[name] for name in ("what", "said", "when", "day", "clock"))]
        return uuid5(page, json.dumps(sent, default=str))

    def said_at(self) -> datetime:
        """When it was said; now, unless a day and a time were written."""
        day, clock = self.cleaned_data.get("day"), self.cleaned_data.get("clock")
        if day is None or clock is None:
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, clock))
