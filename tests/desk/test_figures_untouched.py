"""Whoever says no, takes something back or lets it run out changes no figure of any week.

Random histories of a unit, each told twice: with what somebody said or let run out afterwards, and with nothing in its
place. A talk was held either way: who was offered one, a leader knows by name.
"""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from brik.mapping.models import Mapping, Section
from brik.mapping.record import lifecycle
from brik.people.models import Person
from brik.staff.models import Staff, Unit
from brik.vault import keys
from consent.models import Talk
from consent.record.endings import EndCause, end_because
from followup.demo import telling
from followup.desk import actions
from followup.desk.figures import counts
from tests import situations
from tests.examples import tries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

WEEKS = (0, 1, 6, 14, 27)
MAPPED, OFFERED = 10, 24


@pytest.fixture(scope="module")
def beginning(demo_house):
    """A unit of people who were offered a talk, of whom some are mapped; a week ago."""
    with keys.ring():
        mapper = situations.an_account(at=demo_house)
        here = [situations.a_person(at=demo_house, days=30) for _ in range(OFFERED)]
        for number, someone in enumerate(here):
            if number < MAPPED:
                telling.consent(someone, mapper)
                mapping = situations.a_signed_off_interview(mapper, someone, C1="EIDE")
                Section.objects.filter(mapping=mapping).change(state="FULLFOERT")
            else:
                telling.closed(someone, mapper, mapping="NEI")
        earlier = counts.last_monday() - timedelta(days=2)
        Talk.objects.change(answered_at=earlier)
        Mapping.objects.filter(signed_off_at__isnull=False).change(signed_off_at=earlier)
        return demo_house.pk, mapper.pk, [someone.pk for someone in here]


def withdraw(person: Person, by: Staff) -> None:
    actions.withdraw(person, what=["alt"], said_at=timezone.now(), by=by)


def say_no(person: Person, by: Staff) -> None:
    telling.closed(person, by, mapping="NEI")


def run_out(person: Person, by: Staff) -> None:
    end_because(person, cause=EndCause.EXPIRED, by=by)
    lifecycle.restrict(person, reason=EndCause.EXPIRED, by=by)


def delete_stay(person: Person, by: Staff) -> None:
    lifecycle.mark_in_error(person, by=by)


def correct(person: Person, by: Staff) -> None:
    """A correction that says nothing of the area, where there still is something to correct."""
    if mapping := lifecycle.latest_final(person):
        Mapping.objects.filter(pk=mapping.pk).change(state="ERSTATTET", gate_open=False)


ENDINGS = st.dictionaries(st.integers(0, OFFERED - 1), st.sampled_from([withdraw, say_no, run_out]), min_size=1)
FATES = st.dictionaries(st.integers(0, MAPPED - 1), st.sampled_from([delete_stay, correct]))
# When the ending is: before the week's figures, or after so many of them are written.
WRITTEN = st.integers(0, len(WEEKS))


def figures(unit: Unit, weeks) -> list:
    monday: datetime = counts.last_monday()
    return [counts.of(unit, monday + timedelta(weeks=week)) for week in weeks]


def told(beginning, endings, fates, written) -> list:
    """The figures of every week of one history."""
    unit_pk, mapper_pk, pks = beginning
    unit, mapper = Unit.objects.get(pk=unit_pk), Staff.objects.get(pk=mapper_pk)
    people = [Person.objects.get(pk=pk) for pk in pks]
    with transaction.atomic():
        shown = figures(unit, WEEKS[:written])
        for events in (endings, fates):
            for number, event in sorted(events.items(), key=lambda item: item[0]):
                event(people[number], mapper)
        shown += figures(unit, WEEKS[written:])
        transaction.set_rollback(True)
    return shown


@settings(max_examples=tries(12), deadline=None)
@given(endings=ENDINGS, fates=FATES, written=WRITTEN)
def test_a_no_a_withdrawal_or_an_expiry_changes_no_figure_of_any_week(beginning, endings, fates, written):
    assert told(beginning, endings, fates, written) == told(beginning, {}, fates, written)


def test_the_histories_have_figures_to_change(beginning):
    [convicted, _] = told(beginning, {}, {}, 0)[0]
    assert next(bar.parts for bar in convicted.areas if bar.label == "Bolig") == (10, 10)
