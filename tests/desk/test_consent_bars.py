"""A figure that depends on a yes: counted once a quarter at most, and only when five or more have been added."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followup.desk.figures.consent_bars import LEAST_OFFERED, ConsentBar, Week, next_bar
from followup.desk.figures.rounding import Parts, parts_of, stepped

FIRST = date(2026, 1, 5)
NEVER = ConsentBar("C", "Bolig")


def monday(number: int) -> date:
    return FIRST + timedelta(weeks=number)


# What happens in one week: how many are newly done, how many of those who were done leave, how many are offered a talk,
# and whether the figures of the week are written at all.
WEEKS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(15, 60), st.booleans()), min_size=20, max_size=60
)


def history(weeks):
    """Each week's figure, with the people who were done and here when it was worked out."""
    here: dict[int, date] = {}
    bar, before, number = NEVER, None, 0
    for index, (come, leave, offered, written) in enumerate(weeks):
        for person in list(here)[:leave]:
            del here[person]
        for _ in range(come):
            here[number] = monday(index) - timedelta(days=1)
            number += 1
        if not written:
            continue
        week = Week(monday(index), before, offered)
        whole = offered + len(here)
        bar = next_bar(bar, list(here.values()), week, whole=whole, offered=offered)
        before = week.monday
        yield week, bar, frozenset(here)


@given(WEEKS)
def test_what_is_shown_changes_only_when_five_or_more_have_changed_since_and_in_another_quarter(weeks):
    last, counted = None, {}
    for week, bar, people in history(weeks):
        if bar.counted_on == week.monday:
            counted[week.monday] = people
        if not bar.shown:
            continue
        if last is not None and bar.parts != last.parts:
            then, now = counted[last.counted_on], counted[bar.counted_on]
            assert len(then ^ now) >= 5
            assert (last.counted_on.year, (last.counted_on.month - 1) // 3) != (
                bar.counted_on.year,
                (bar.counted_on.month - 1) // 3,
            )
        last = bar


def test_another_quarter_changes_nothing_before_five_more_are_done():
    """Nine done, and one more, would be ten: a step that a leader sees and can name the one by."""
    first, later = Week(FIRST, None, 30), Week(monday(14), FIRST, 30)
    bar = next_bar(NEVER, [FIRST] * 9, first, whole=40, offered=30)
    assert later.begins_quarter
    for added in range(5):
        assert next_bar(bar, [*[date(2025, 12, 1)] * 9, *[monday(10)] * added], later, whole=40, offered=30) == bar
    changed = next_bar(bar, [*[date(2025, 12, 1)] * 9, *[monday(10)] * 5], later, whole=40, offered=30)
    assert (bar.parts, changed.parts) == (Parts(5, 35), Parts(10, 30))


@given(WEEKS)
def test_nothing_is_shown_in_a_week_in_which_fewer_than_twenty_were_offered_a_talk(weeks):
    for week, bar, _ in history(weeks):
        assert bar.shown == (week.offered >= LEAST_OFFERED)
        assert bar.shown or bar.parts is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_part_tells_no_more_than_one_rounded_number_and_what_the_leader_knows(done, others, offered):
    whole = done + others
    shown = next_bar(NEVER, [FIRST] * done, Week(FIRST, None, 20), whole=whole, offered=offered).parts
    alike = (stepped(done) or 0) + 4
    if alike <= whole:
        assert shown == next_bar(NEVER, [FIRST] * alike, Week(FIRST, None, 20), whole=whole, offered=offered).parts
    if shown is not None:
        assert min(shown) >= 5
        assert sum(shown) == stepped(whole)
        assert offered - done >= 5


@given(st.integers(0, 60), st.integers(0, 60))
def test_both_parts_are_at_least_five_or_neither_is_shown(done, left):
    parts = parts_of(done, done + left)
    assert parts is None or (min(parts) >= 5 and parts.done == done - done % 5)


def test_a_figure_counted_again_is_read_as_it_was_stored():
    bar = next_bar(NEVER, [FIRST] * 7, Week(FIRST, None, 30), whole=40, offered=30)
    assert ConsentBar.read(bar.stored()) == bar
    assert ConsentBar.read(NEVER.stored()) == NEVER
