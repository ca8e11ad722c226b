"""Whatever the order of whole talks, second talks, withdrawals and days: nothing is covered that was not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import Direction
from consent.proof import covered_and_proved
from consent.record import covers, steps
from consent.record.choices import end_of, last_day
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from consent.talk import actions
from tests import situations
from tests.examples import tries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

KINDS = (OrganisationKind.NAV_STATE, OrganisationKind.HEALTH)
SHARED = {
    OrganisationKind.NAV_STATE: (Theme.ARBEID, Theme.OEKONOMI),
    OrganisationKind.HEALTH: (Theme.HELSE,),
}
SOURCES = [{"name": "Kari Oppdiktet", "themes": ["BOLIG"]}]
AGAIN = st.sampled_from([steps.YES, steps.NO, None])
MONTHS = st.sampled_from([3, 6, 12])
DAYS = st.sampled_from([1, 40, 100, 200])


@dataclass(frozen=True)
class Whole:
    """A whole talk: yes to the mapping, to some recipients, and perhaps to asking others."""

    days: int
    kinds: frozenset
    asks: bool
    months: int


@dataclass(frozen=True)
class Second:
    """A talk that starts from what stands."""

    days: int
    mapping: str
    asking: str | None
    recipients: dict
    months: int


@dataclass(frozen=True)
class TakeBack:
    """One theme of one recipient, asking others, or everything."""

    days: int
    what: tuple


OPERATIONS = st.lists(
    st.one_of(
        st.builds(Whole, days=DAYS, kinds=st.frozensets(st.sampled_from(KINDS)), asks=st.booleans(), months=MONTHS),
        st.builds(
            Second,
            days=DAYS,
            mapping=st.sampled_from([steps.YES, steps.YES, steps.NO, ""]),
            asking=AGAIN,
            recipients=st.fixed_dictionaries(dict.fromkeys(KINDS, AGAIN)),
            months=MONTHS,
        ),
        st.builds(
            TakeBack,
            days=DAYS,
            what=st.sampled_from(
                [(), ("asking",), *((kind, theme) for kind, themes in SHARED.items() for theme in themes)]
            ),
        ),
    ),
    min_size=2,
    max_size=6,
)


@dataclass
class Said:
    """What the person has said yes to, each with its end: the rule in words."""

    mapping: datetime | None = None
    asking: datetime | None = None
    shared: dict = field(default_factory=dict)

    def stands(self, now: datetime) -> bool:
        return self.mapping is not None and now < self.mapping

    def whole(self, talk: Whole, now: datetime) -> None:
        self.mapping = _end(now, 12)
        self.asking = self.mapping if talk.asks else None
        self.shared = {(kind, theme): _end(now, talk.months) for kind in talk.kinds for theme in SHARED[kind]}

    def second(self, talk: Second, now: datetime) -> None:
        if talk.mapping == steps.NO:
            self.mapping, self.asking, self.shared = None, None, {}
            return
        self.mapping = _end(now, 12) if talk.mapping else self.mapping
        if self.asking is not None:
            asked = {steps.YES: self.mapping, steps.NO: None, None: self.asking}
            self.asking = asked[talk.asking] if now < self.asking else None
        living = {what: end for what, end in self.shared.items() if now < end}
        ends = {steps.YES: _end(now, talk.months), steps.NO: None}
        again = {what: ends.get(talk.recipients[what[0]], end) for what, end in living.items()}
        self.shared = {what: end for what, end in again.items() if end is not None}

    def take_back(self, what: tuple) -> None:
        if not what:
            self.mapping, self.asking, self.shared = None, None, {}
        elif what == ("asking",):
            self.asking = None
        else:
            self.shared.pop(what, None)


def _end(now: datetime, months: int) -> datetime:
    return end_of(last_day(now, months))


@settings(max_examples=tries(30), deadline=None)
@example(
    operations=[
        Whole(1, frozenset(KINDS), asks=True, months=3),
        Second(40, "", None, dict.fromkeys(KINDS), months=12),
        Second(200, steps.YES, steps.YES, dict.fromkeys(KINDS, steps.YES), months=6),
    ]
)
@example(
    operations=[
        Whole(1, frozenset(KINDS), asks=True, months=6),
        TakeBack(1, (OrganisationKind.NAV_STATE, Theme.ARBEID)),
        Second(40, steps.YES, None, dict.fromkeys(KINDS, steps.YES), months=12),
    ]
)
@example(
    operations=[
        Whole(1, frozenset([OrganisationKind.NAV_STATE]), asks=True, months=3),
        TakeBack(200, ("asking",)),
        Second(200, steps.YES, steps.YES, dict.fromkeys(KINDS, steps.YES), months=3),
    ]
)
@drawn(operations=OPERATIONS)
def test_nothing_is_covered_that_was_not_said_and_all_that_was_said_is(published, operations):
    with transaction.atomic():
        someone, by, said = situations.a_person(), situations.an_account(), Said()
        now = timezone.now()
        for operation in operations:
            now += timedelta(days=operation.days)
            with mock.patch.object(timezone, "now", return_value=now):
                _do(operation, someone, by, said, now)
                _compare(someone, published, said, now)
        # Each day to come on which something ends, until all has ended.
        ends = {said.mapping, said.asking, *said.shared.values()} - {None}
        for end in sorted(end for end in ends if now < end):
            with mock.patch.object(timezone, "now", return_value=end):
                _compare(someone, published, said, end)
        transaction.set_rollback(True)


def _do(operation, someone, by, said: Said, now: datetime) -> None:
    match operation:
        case Whole():
            share = {kind: list(SHARED[kind]) for kind in operation.kinds}
            sources = SOURCES if operation.asks else None
            situations.a_signed_consent(someone, by, share=share, sources=sources, months=operation.months)
            said.whole(operation, now)
        case Second() if said.stands(now):
            talk = situations.a_second_talk(
                someone,
                by,
                mapping=operation.mapping,
                asking=operation.asking,
                recipients=operation.recipients,
                months=operation.months,
            )
            actions.finish(talk, by=by)
            said.second(operation, now)
        case TakeBack():
            parts: dict[tuple, Any] = {(): "ALL", ("asking",): [Part(Direction.COLLECT)]}
            scope = parts.get(operation.what) or [Part.sharing(*operation.what)]
            withdrawals.withdraw(someone, said_at=now, scope=scope, by=by)
            said.take_back(operation.what)


def _compare(someone, organisations, said: Said, now: datetime) -> None:
    for kind in KINDS:
        covered = covered_and_proved(someone.pk, organisations[kind])
        found = {theme: by.until for theme, by in covered.items()}
        assert found == {theme: end for (of, theme), end in said.shared.items() if of == kind and now < end}
    asking = covers.asking_permitted(someone)
    stands = said.asking if said.asking and now < said.asking else None
    assert (bool(asking.sources), asking.until) == (stands is not None, stands)
    permit = covers.mapping_permit(someone)
    assert (permit.until if permit else None) == (said.mapping if said.stands(now) else None)
