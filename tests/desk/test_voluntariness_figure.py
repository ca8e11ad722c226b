"""How many could say no: both numbers of a quarter that is over, or neither, and never so that one answer can be told."""

import re
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from brik.mapping.models import VoluntarinessCount
from brik.mapping.voluntariness.answer_counts import quarter_of
from brik.staff.models import Role
from followup.desk.figures import counts, voluntariness
from followup.desk.figures.voluntariness import parts_shown
from tests import situations

numbers = st.integers(0, 120)


@given(numbers, numbers)
def test_what_is_shown_fits_five_numbers_of_each_answer_or_more_and_at_least_five_of_each(could, could_not):
    parts = parts_shown(could, could_not)
    if parts is None:
        return
    alike = [
        (yes, no)
        for yes in range(parts.done, parts.done + 5)
        for no in range(max(could_not - 10, 0), could_not + 11)
        if parts_shown(yes, no) == parts
    ]
    assert could + could_not >= 20
    assert len({yes for yes, _ in alike}) == 5
    assert len({no for _, no in alike}) >= 5
    assert min(yes for yes, _ in alike) >= 5
    assert min(no for _, no in alike) >= 5


@given(numbers, numbers, st.sampled_from([(1, 0), (0, 1), (-1, 1), (1, -1), (-1, 0), (0, -1)]))
def test_one_answer_more_or_other_changes_what_is_shown_by_whole_steps_or_not_at_all(could, could_not, other):
    first, second = parts_shown(could, could_not), parts_shown(max(could + other[0], 0), max(could_not + other[1], 0))
    for parts in (first, second):
        assert parts is None or all(part % 5 == 0 for part in parts)
    if first and second:
        assert all(abs(a - b) in (0, 5) for a, b in zip(first, second, strict=True))


def page(client, unit) -> str:
    client.force_login(situations.an_account(Role.LEADER, at=unit))
    return " ".join(client.get(reverse("desk:counts")).content.decode().split())


def shown(client, unit) -> str:
    found = re.search(r"kunne si nei, (\d)\. kvartal (\d+) </dt> <dd> (.*?) </dd>", page(client, unit))
    assert found is not None
    return found[3]


@pytest.mark.django_db
def test_a_leader_sees_the_quarter_that_is_over_and_never_the_one_that_runs(client):
    oslo, agder = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    monday = counts.last_monday().date()
    running = quarter_of(monday)
    over = voluntariness.of(oslo, monday).first_day
    assert over < running
    VoluntarinessCount.objects.create(unit=oslo, quarter=running, could=40, could_not=40)
    VoluntarinessCount.objects.create(unit=agder, quarter=over, could=50, could_not=50)
    assert shown(client, oslo) == "for få til å vises"
    row = VoluntarinessCount.objects.create(unit=oslo, quarter=over, could=17, could_not=13)
    assert shown(client, oslo) == "Ja: 15. Nei: 15."
    VoluntarinessCount.objects.filter(pk=row.pk).update(could=13, could_not=6)
    assert shown(client, oslo) == "for få til å vises"


def test_the_quarter_before_the_first_of_january_is_of_the_year_before():
    assert quarter_of(date(2027, 1, 4)) == date(2027, 1, 1)
    assert quarter_of(date(2026, 12, 31)) == date(2026, 10, 1)
