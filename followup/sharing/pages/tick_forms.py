"""The forms of sharing: the officer's ticks, the partner's answer, and the token of what the officer has seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, DateField, MultiChoice, PageForm, field_of
from followup.sharing.actions import PreviewSeen
from followup.sharing.disclosure.composition import Draft
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
    """A partner's answer: received, will make contact (when and how), or cannot help (why). No free text."""

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

    def __init__(self, *args: Any, visits: bool = True, **kwargs: Any) -> None:
        """``visits``: whether a visit can be offered. Where it cannot, the form does not tell why."""
        super().__init__(*args, **kwargs)
        if not visits:
            field_of(self, "how", Choice).choices = [pair for pair in Contact.choices if pair[0] != Contact.VISIT]
        today, day = timezone.localdate(), self.fields["on_day"]
        if isinstance(day, DateField):
            day.earliest, day.latest = today, today + timedelta(days=730)

    def values(self) -> dict[str, Any]:
        """What :func:`followup.sharing.actions.answer` takes."""
        cleaned = self.cleaned_data
        return {
            "kind": PartnerAnswerKind(cleaned["kind"]),
            "on_day": cleaned["on_day"],
            "how": Contact(cleaned["how"]) if cleaned["how"] else None,
            "why": CannotHelp(cleaned["why"]) if cleaned["why"] else None,
        }


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
