"""Whatever happens in whatever order, covers() answers as the rule says."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from brik.audit.actors import Process
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import ConsentState, DecisionAnswer
from consent.record import covers, endings
from consent.record.endings import EndCause
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from tests import situations
from tests.examples import tries

pytestmark = [pytest.mark.django_db]

THEMES = (Theme.BOLIG, Theme.HELSE)
KINDS = (OrganisationKind.NAV_STATE, OrganisationKind.HEALTH)
START = timezone.now().replace(microsecond=0) - timedelta(hours=30)
HOURS = st.integers(0, 24)
# The smallest time there is, in hours.
MOMENT = Fraction(1, 3_600_000_000)
ANSWERS = st.fixed_dictionaries({(kind, theme): st.sampled_from(DecisionAnswer) for kind in KINDS for theme in THEMES})


def hour(number: int | Fraction) -> datetime:
    return START + timedelta(hours=float(number))


@dataclass(frozen=True)
class Give:
    """A talk: everything before it is superseded."""

    at: int
    lasts: int
    answers: dict


@dataclass(frozen=True)
class TakeBack:
    """Written down at one time, whenever it was said; a part, or everything. Reaches all decided before it is noted."""

    at: int | Fraction
    said: int
    part: tuple | None


@dataclass(frozen=True)
class End:
    """A new legal status: ends what lives, from when it is."""

    at: int


OPERATIONS = st.lists(
    st.one_of(
        st.builds(Give, at=HOURS, lasts=st.integers(1, 30), answers=ANSWERS),
        st.builds(
            TakeBack,
            at=HOURS,
            said=st.integers(-24, 0),
            part=st.none() | st.tuples(st.sampled_from(KINDS), st.sampled_from(THEMES)),
        ),
        st.builds(End, at=HOURS),
    ),
    max_size=7,
)


def in_order(operations):
    """The operations, each note moved to a moment after the latest decision that it found written down."""
    latest, ordered = None, []
    for operation in operations:
        noted = isinstance(operation, TakeBack) and latest is not None
        ordered.append(replace(operation, at=max(operation.at, latest + MOMENT)) if noted else operation)
        if isinstance(operation, Give) or (isinstance(operation, TakeBack) and operation.part is not None):
            latest = ordered[-1].at if latest is None else max(latest, ordered[-1].at)
    return ordered


def naive(operations, kind, theme, at):
    """The rule in words: of what was decided about this until now, the latest counts; a permit must still stand."""
    events: list[tuple[Any, bool, int, bool]] = []
    operations = in_order(operations)
    for order, operation in enumerate(operations):
        if operation.at > at:
            continue
        if isinstance(operation, Give):
            answer = operation.answers[kind, theme]
            # Superseded by a talk typed in later that was held at the same time or later; ended by what was then known.
            ended = any(
                isinstance(later, (Give, End)) and operation.at <= later.at <= at for later in operations[order + 1 :]
            ) or any(
                isinstance(other, TakeBack) and other.part is None and operation.at <= other.at <= at
                for other in operations
            )
            stands = answer == DecisionAnswer.PERMIT and at < operation.at + operation.lasts and not ended
            events.append((operation.at, answer != DecisionAnswer.PERMIT, order, stands))
        elif isinstance(operation, TakeBack) and operation.part == (kind, theme):
            events.append((operation.at, True, order, False))
    return max(events)[3] if events else False


@settings(max_examples=tries(60), deadline=None)
@example(
    operations=[Give(0, 1, {(k, t): DecisionAnswer.PERMIT for k in KINDS for t in THEMES}), TakeBack(0, 0, None)], at=0
)
@drawn(operations=OPERATIONS, at=st.integers(0, 30))
def test_covers_answers_as_the_rule_says(operations, at):
    with transaction.atomic():
        someone, noise, by = situations.a_person(), situations.a_person(), situations.an_account()
        organisations = {kind: situations.an_organisation(kind) for kind in KINDS}
        situations.a_consent(
            noise,
            at=hour(0),
            answers={(one, theme): DecisionAnswer.PERMIT for one in organisations.values() for theme in THEMES},
        )
        for operation in operations:
            if isinstance(operation, Give):
                situations.a_consent(
                    someone,
                    at=hour(operation.at),
                    until=hour(operation.at + operation.lasts),
                    answers={
                        (organisations[kind], theme): answer for (kind, theme), answer in operation.answers.items()
                    },
                    outcome=ConsentState.GIVEN,
                )
            elif isinstance(operation, TakeBack):
                scope: Any = "ALL" if operation.part is None else [Part.sharing(*operation.part)]
                with mock.patch.object(timezone, "now", return_value=hour(operation.at)):
                    withdrawals.withdraw(someone, said_at=hour(operation.said), scope=scope, by=by)
            else:
                endings.end_because(someone, cause=EndCause.STATUS_CHANGED, by=Process("intake"), at=hour(operation.at))
        found = covers.covered_many([(someone.pk, one.pk) for one in organisations.values()], at=hour(at))
        for kind, organisation in organisations.items():
            assert set(found[someone.pk, organisation.pk]) == {
                theme for theme in THEMES if naive(operations, kind, theme, at)
            }
        transaction.set_rollback(True)
