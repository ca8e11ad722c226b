"""Whatever comes in whatever order, and at the same moment: nothing is sent or read that is not allowed just then.

The rules are kept beside, as they are written (``rules.py``). What was sent is what the counterpart has received; what
was read is what the partner's pages show.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.people.protection import AddressGrade, Restriction
from consent.models import WithdrawalSaid
from consent.texts.published_texts import LegalBasis
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing import actions
from followup.sharing.disclosure.states import ReceiptStatus
from tests.examples import tries
from tests.moments.orders import CLEARED, ORDERS
from tests.moments.story import ALL, KODA, OFFICE, PARTS, House, Story
from tests.moments.two_connections import AFTER, ARRIVING, BEFORE, LOCK, STATEMENT, Hold, Place

MODES = [Mode(), Mode(does.SILENT, times=1), Mode(does.FAILING, times=1)] + [
    Mode(does.STATUS, status=status, times=1) for status in ReceiptStatus
]
RESTRICTIONS = [(), (Restriction.LETTERS_BANNED,), (Restriction.MEDIA_BANNED,), (Restriction.ISOLATION,)]
KINDS = [frozenset(), frozenset({KODA}), frozenset({OFFICE}), frozenset({KODA, OFFICE})]


def acts(name, *arguments, **named):
    return st.tuples(st.just(name), st.tuples(*arguments), st.just(named))


CHECKED = st.one_of(
    acts("share", st.sampled_from([KODA, OFFICE])),
    acts("send", st.sampled_from(MODES)),
    acts("crash"),
    acts("read", st.sampled_from(["open", "print", "visit"]), st.integers(0, 1)),
    acts("look"),
)
CHANGES = st.one_of(
    acts("grade", st.sampled_from([AddressGrade.STRICTLY, AddressGrade.OPEN])),
    st.sampled_from([("restrict", entered, {}) for entered in RESTRICTIONS]),
    acts("rule", st.sampled_from(KINDS), st.sampled_from([0, 2, 400])),
    acts("withdraw", st.just(("alt",)), st.sampled_from([WithdrawalSaid.HERE, WithdrawalSaid.TOLD])),
    acts("withdraw", st.sampled_from([*PARTS])),
    acts("talk", st.one_of(st.just(ALL), st.frozensets(st.sampled_from(sorted(ALL)))), st.sampled_from([3, 12])),
    acts("end_basis", st.sampled_from([0, 0, 10])),
    acts("release"),
    acts("transfer"),
)
WORK = st.one_of(
    acts("follow"),
    acts("sweep"),
    acts("hear"),
    acts("correct"),
    acts("receipt", st.sampled_from(ReceiptStatus)),
    acts("press", st.sampled_from([actions.park, actions.resume, actions.resend])),
    acts("share", st.sampled_from([KODA, OFFICE]), from_elsewhere=True),
)
ACTS = st.one_of(CHECKED, CHANGES, WORK)
PLACES = st.one_of(
    st.sampled_from([Place(BEFORE, LOCK), Place(AFTER, LOCK), CLEARED, Place(ARRIVING)]),
    st.integers(0, 40).map(lambda number: Place(STATEMENT, number=number)),
)
STEPS = st.one_of(
    st.tuples(CHECKED, PLACES, CHANGES),
    st.tuples(CHANGES, PLACES, CHECKED),
    st.tuples(ACTS, PLACES, ACTS),
    ACTS.map(lambda act: (act, None, None)),
    st.sampled_from([2, 30, 15 * 24, 95 * 24]).map(lambda hours: (hours, None, None)),
    st.just((None, None, None)),
)


def tell(house: House, steps) -> None:
    """A story of these steps; the legal basis is as before when it ends."""
    basis = LegalBasis.objects.get(pk=house.basis.pk)
    try:
        story = Story(house)
        for first, place, second in steps:
            take(story, first, place, second)
        story.end()
    finally:
        revive(basis)


def take(story: Story, first, place, second) -> None:
    if first is None:
        story.read_everything()
    elif isinstance(first, int):
        story.let_pass(first)
    elif place is None:
        story.alone(made(story, first))
    else:
        one, other = made(story, first), made(story, second)
        # One worker at a time sends to one recipient about one person.
        if not (one.sends and other.sends):
            story.at_once(one, Hold(place), other)


def made(story: Story, planned):
    name, arguments, named = planned
    return getattr(story, name)(*arguments, **named)


@transaction.atomic
def revive(basis: LegalBasis) -> None:
    """The legal basis is as it was before the story, and so says its last event."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        LegalBasis.objects.filter(pk=basis.pk).change(until=basis.until)
        cursor.execute("SET LOCAL session_replication_role = origin")
    log.record(Verb.ADMINISTERED, by=Process("test"), obj=basis, reason=Reason.END_SET, about=f"{basis.until}")


def known_orders(test):
    for steps in ORDERS.values():
        test = example(steps=steps)(test)
    return test


def stories(examples: int):
    return settings(
        max_examples=tries(examples),
        deadline=None,
        # A story takes a second: one that falls is told as it is, not made shorter.
        phases=[Phase.explicit, Phase.generate],
        print_blob=False,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@known_orders
@stories(8)
@given(steps=st.lists(STEPS, min_size=4, max_size=16))
def test_nothing_is_sent_or_read_that_is_not_allowed_at_that_moment(house, steps):
    tell(house, steps)


@pytest.mark.proof
@stories(200)
@given(steps=st.lists(STEPS, min_size=8, max_size=24))
def test_nothing_is_sent_or_read_that_is_not_allowed_at_that_moment_in_many_more_stories(house, steps):
    tell(house, steps)
