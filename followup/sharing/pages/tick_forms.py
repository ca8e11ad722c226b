"""The forms of sharing: the officer's ticks, the partner's answer, who follows it up; the token of what was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, DateField, MultiChoice, PageForm, Select, TextArea, TextField, field_of
from brik.staff.models import Staff
from followup.sharing.actions import PreviewSeen
from followup.sharing.disclosure.composition import Draft
from followup.sharing.disclosure.partner_messages import LONGEST
from followup.sharing.models import CannotHelp, Contact, PartnerAnswerKind
from followup.sharing.pages.preview import PreviewTick

SALT = "sharing.preview"
SEEN_FOR = timedelta(hours=2)


class TickForm(PageForm):
    """The answers that are sent only when ticked; each box is drawn beside its answer. Nothing is ticked in advance."""

    marks = "none"

    def __init__(self, *args: Any, ticks: list[PreviewTick], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticks = ticks
        if ticks:
            self.fields["with"] = MultiChoice(
                label=_("Ta med"),
                choices=[(tick.link_id, tick.text) for tick in ticks],
                required=False,
            )

    def ticked(self) -> tuple[frozenset[str], frozenset[str]]:
        """The ticked link ids: questions that need a tick of their own, and free texts."""
        chosen = set(self.cleaned_data.get("with") or ()) if self.is_bound and self.is_valid() else set()
        return (
            frozenset(tick.link_id for tick in self.ticks if tick.own_tick and tick.link_id in chosen),
            frozenset(tick.link_id for tick in self.ticks if tick.free_text and tick.link_id in chosen),
        )


class AnswerForm(PageForm):
    """A partner's answer: received, will make contact (when and how), or cannot help (why); all of it choices.

    Beside it a number to call back and one short message, to the mapper only. Where an answer stands, a message alone
    will do.
    """

    marks = "optional"

    kind = Choice(label=_("Hva svarer dere?"), choices=PartnerAnswerKind.choices, missing=_("Velg hva dere svarer."))
    on_day = DateField(
        label=_("Når tar dere kontakt?"), required=False, conditional_on=("kind", {PartnerAnswerKind.WILL_CONTACT})
    )
    how = Choice(
        label=_("Hvordan?"),
        choices=Contact.choices,
        required=False,
        conditional_on=("kind", {PartnerAnswerKind.WILL_CONTACT}),
    )
    why = Choice(
        label=_("Hvorfor?"),
        choices=CannotHelp.choices,
        required=False,
        conditional_on=("kind", {PartnerAnswerKind.CANNOT_HELP}),
    )

    telephone = TextField(
        label=_("Telefon dere kan nås på"),
        required=False,
        max_length=20,
        autocomplete="tel",
        validators=[
            RegexValidator(r"^\+?[0-9][0-9 ]{4,18}$", _("Skriv et telefonnummer, bare med tall og mellomrom."))
        ],
    )
    text = TextArea(
        label=_("Melding til kartleggeren"),
        avoid=_("Ikke skriv diagnoser eller fødselsnummer."),
        required=False,
        max_length=LONGEST,
        rows=2,
    )

    def __init__(self, *args: Any, visits: bool = True, answered: bool = False, **kwargs: Any) -> None:
        """``visits``: whether a visit can be offered. Where it cannot, the form does not tell why.

        ``answered``: somebody there has answered before.
        """
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = not answered
        if not visits:
            field_of(self, "how", Choice).choices = [pair for pair in Contact.choices if pair[0] != Contact.VISIT]
        today, day = timezone.localdate(), self.fields["on_day"]
        if isinstance(day, DateField):
            day.earliest, day.latest = today, today + timedelta(days=730)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not cleaned.get("kind") and "kind" not in self.errors and not cleaned.get("text"):
            self.add_error("kind", self.fields["kind"].error_messages["required"])
        return cleaned

    def written(self) -> dict[str, str]:
        """What was typed: the number and the message."""
        return {name: self.cleaned_data.get(name) or "" for name in ("telephone", "text")}

    def values(self) -> dict[str, Any]:
        """What :func:`followup.sharing.actions.answer` takes; nothing where only a message was written."""
        cleaned = self.cleaned_data
        if not cleaned["kind"]:
            return {}
        return {
            "kind": PartnerAnswerKind(cleaned["kind"]),
            "on_day": cleaned["on_day"],
            "how": Contact(cleaned["how"]) if cleaned["how"] else None,
            "why": CannotHelp(cleaned["why"]) if cleaned["why"] else None,
        }


class AssignForm(PageForm):
    """Who follows a summary up: one of the recipient's own people, or nobody."""

    marks = "none"

    to = Select(label=_("Hvem følger opp?"), required=False)

    def __init__(self, *args: Any, colleagues: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(staff.pk): staff for staff in colleagues}
        field_of(self, "to", Select).choices = [
            ("", _("Ingen")),
            *((key, staff.name) for key, staff in self.colleagues.items()),
        ]

    def chosen(self) -> Staff | None:
        """The colleague; None for nobody."""
        return self.colleagues.get(self.cleaned_data["to"] or "")


def seal_of(draft: Draft, *, where: str) -> str:
    """A signed token of what the officer has seen: the hash of the message, no content; valid at ``where`` only."""
    seen = [str(draft.message_id), draft.created_at.isoformat(), draft.sha256, where]
    return signing.dumps(seen, salt=SALT)


def seen_in(token: str, *, where: str) -> PreviewSeen | None:
    """What the token says was seen, if it was seen at ``where`` and recently."""
    try:
        message_id, created_at, digest, place = signing.loads(token, salt=SALT, max_age=SEEN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    moment = parse_datetime(created_at)
    return PreviewSeen(UUID(message_id), moment, digest) if moment is not None and place == where else None
