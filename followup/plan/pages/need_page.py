"""The needs of one person as the page shows them: those that stand, those declined, and those that have ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.utils import timezone

from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.need_states import NeedLevel, NeedMover, NeedSource, NeedState, may_move
from followup.plan.needs import Need, NeedContent

_COLOURS: Mapping[NeedLevel, str] = {NeedLevel.URGENT: "danger", NeedLevel.LARGE: "warning"}


@dataclass(frozen=True)
class NeedLine:
    """One need as it is shown."""

    uuid: UUID
    theme: str
    level: NeedLevel
    wish: str
    source: str
    entered_on: date
    state: NeedState
    moved_on: date
    reason: str
    may_reopen: bool

    @classmethod
    def of(cls, need: Need) -> NeedLine:
        """The row in words. Raises ``SealBroken``."""
        said, state = need.opened, NeedState(need.state)
        return cls(
            uuid=need.pk,
            theme=theme_name(said.theme),
            level=said.level,
            wish=said.wish.label,
            source=str(NeedSource(need.source).label),
            entered_on=timezone.localdate(need.entered_at),
            state=state,
            moved_on=timezone.localdate(need.moved_at),
            reason=reasons().label(need.reason),
            may_reopen=may_move(state, NeedState.OPEN, NeedMover.STAFF),
        )

    @property
    def colour(self) -> str:
        """The colour of the level's tag: red for what is urgent, yellow for what is large."""
        return _COLOURS.get(self.level, "neutral")


def needs_of(person: Person, user: Staff) -> list[Need]:
    """The needs of a person that the user may see, each proved, oldest first. One query, and one for the keys."""
    rows = Need.objects.visible_to(user).filter(person=person).with_keys()
    return proved(cast(Iterable[Need], rows))


def open_lines(person: Person, user: Staff) -> list[NeedLine]:
    """The open needs that the user may see, the most urgent first. As :func:`needs_of`."""
    lines = [NeedLine.of(need) for need in needs_of(person, user) if need.state == NeedState.OPEN]
    return sorted(lines, key=lambda line: -line.level)


def page(needs: Iterable[Need], offered: Mapping[Theme, NeedContent]) -> dict[str, Any]:
    """What the page shows of these needs: the most urgent first, what has ended last."""
    rows = list(needs)
    lines = [NeedLine.of(need) for need in rows]
    named = {need.opened.theme for need in rows} | offered.keys()
    ended = (NeedState.MET, NeedState.LAPSED, NeedState.NOT_MET)
    return {
        "open": sorted((line for line in lines if line.state is NeedState.OPEN), key=lambda line: -line.level),
        "declined": [line for line in lines if line.state is NeedState.DECLINED],
        "ended": [line for line in lines if line.state in ended],
        "not_asked_for": [theme_name(theme) for theme in Theme if theme not in named],
    }
