"""The likely day of release: one value with its ground, the same in Python and in SQL."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from brik.people.legal_status import PREVENTIVE_DETENTION
from brik.people.models import LegalStatus, Person, Stay
from brik.people.stays.release_day import ReleaseGround, likely_day, likely_release
from tests import situations

START = date(2026, 1, 1)
TODAY = date(2026, 2, 1)
days = st.none() | st.integers(-60, 400).map(lambda number: START + timedelta(days=number))
facts = st.fixed_dictionaries(
    {
        "legal_status": st.sampled_from(LegalStatus.values) | st.just("DOMFELT"),
        "category": st.sampled_from(["Ubetinget", "Ubetinget", PREVENTIVE_DETENTION]),
        "released_at": st.none()
        | st.none()
        | st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 1), timezones=st.just(UTC)),
        "start_date": days,
        "two_thirds": days,
        "end_date": days,
        "minimum_date": days,
    }
)


def a_stay(*, length: int | None = None, served_before: int = 0, **told) -> Stay:
    """A sentence of ``length`` days that began at START, of which ``served_before`` were served on remand."""
    if length is not None:
        counted_from = START - timedelta(days=served_before)
        told = {
            "start_date": START,
            "two_thirds": counted_from + timedelta(days=2 * length // 3),
            "end_date": counted_from + timedelta(days=length),
        } | told
    return Stay(**{"legal_status": LegalStatus.CONVICTED, "category": "Ubetinget"} | told)


def day_of(stay: Stay, on: date = START) -> tuple[int, ReleaseGround] | None:
    release = likely_release(stay, on=on)
    return ((release.day - START).days, release.ground) if release else None


@pytest.mark.parametrize(
    ("length", "day", "ground"),
    [
        (73, 73, ReleaseGround.END),
        (74, 60, ReleaseGround.TWO_THIRDS),
        (89, 60, ReleaseGround.TWO_THIRDS),
        (90, 60, ReleaseGround.TWO_THIRDS),
        (300, 200, ReleaseGround.TWO_THIRDS),
    ],
)
def test_probation_comes_after_two_thirds_and_60_days_of_a_sentence_of_at_least_74(length, day, ground):
    assert day_of(a_stay(length=length)) == (day, ground)


def test_days_on_remand_count_as_served_and_as_part_of_the_sentence():
    assert day_of(a_stay(length=120, served_before=60)) == (20, ReleaseGround.TWO_THIRDS)
    assert day_of(a_stay(length=75, served_before=30)) == (30, ReleaseGround.TWO_THIRDS)


def test_a_decided_day_comes_before_everything_else_also_on_remand():
    decided = datetime.combine(START + timedelta(days=5), time(12), tzinfo=UTC)
    for stay in (a_stay(length=300), a_stay(legal_status=LegalStatus.REMAND, end_date=START)):
        stay.released_at = decided
        assert day_of(stay) == (5, ReleaseGround.DECIDED)


def test_nobody_on_remand_has_a_day():
    assert day_of(a_stay(length=300, legal_status=LegalStatus.REMAND)) is None


def test_after_two_thirds_without_a_release_the_end_of_the_sentence_is_likely():
    assert day_of(a_stay(length=300), on=START + timedelta(days=200)) == (200, ReleaseGround.TWO_THIRDS)
    assert day_of(a_stay(length=300), on=START + timedelta(days=201)) == (300, ReleaseGround.END)


def test_preventive_detention_has_its_minimum_and_after_that_no_day():
    stay = a_stay(length=300, category=PREVENTIVE_DETENTION)
    assert day_of(stay) is None
    stay.minimum_date = START + timedelta(days=700)
    assert day_of(stay) == (700, ReleaseGround.MINIMUM)
    assert day_of(stay, on=START + timedelta(days=701)) is None


@given(st.integers(1, 4000), st.integers(0, 200))
def test_a_sentence_told_whole_is_served_long_enough_and_never_beyond_its_end(length, served_before):
    stay = a_stay(length=length, served_before=min(served_before, length - 1))
    release = likely_release(stay, on=date(2020, 1, 1))
    assert release is not None
    assert release.day <= stay.end_date
    if release.ground is ReleaseGround.TWO_THIRDS:
        assert length >= 74 - 2
        assert release.day >= stay.two_thirds
    elif length >= 90:
        assert stay.two_thirds >= stay.end_date


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_the_day_that_lists_are_ordered_by_is_the_day_that_is_shown():
    person = situations.a_person()
    situations.a_person()
    stays = Stay.objects.filter(pk=person.current_stay.pk)

    @given(facts)
    def compare(told):
        stays.change(**told)
        (found,) = Person.objects.filter(pk=person.pk).annotate(day=likely_day("current_stay__", on=TODAY))
        release = likely_release(stays.get(), on=TODAY)
        assert found.day == (release.day if release else None)

    compare()
    assert timezone.get_current_timezone_name() == "Europe/Oslo"
