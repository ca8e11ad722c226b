"""Counts for leaders: as of last Monday, in fives, and never so that what one person says or takes back can be told."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from brik.mapping.models import Mapping, Section
from brik.people.legal_status import MAPPED
from brik.people.models import LegalStatus, Person, Stay
from brik.staff.models import Role
from consent.models import Talk
from followup.desk import jobs
from followup.desk.figures import counts
from followup.desk.figures.rounding import stepped
from followup.desk.models import WeeklyCount
from followup.sharing.models import PartnerAnswer, PartnerAnswerKind
from tests import situations
from tests.situations import an_organisation


@given(st.integers(0, 60))
def test_a_number_alone_is_told_in_fives_or_not_at_all(number):
    assert stepped(number) == (number - number % 5 if number >= 5 else None)


def before_monday() -> datetime:
    return counts.last_monday() - timedelta(hours=1)


def offer(person, at=None):
    Talk.objects.create(
        person=person,
        unit=person.current_stay.unit,
        kind=person.current_stay.legal_status,
        started_by=situations.an_account(at=person.current_stay.unit),
        answered_at=at or before_monday(),
    )


def offered_elsewhere_in(unit):
    """Twenty people on remand who were offered a talk, so that the unit is large enough for figures of the mapped."""
    for someone in people(20, unit, status=LegalStatus.REMAND):
        offer(someone)


def people(number, at, **more):
    return [situations.a_person(at=at, **({"days": 30} | more)) for _ in range(number)]


def mapped(person, mapper, at=None):
    """An interview with the area of housing done, signed off before Monday, or at another moment."""
    mapping = situations.a_signed_off_interview(mapper, person, C1="EIDE")
    Section.objects.filter(mapping=mapping).change(state="FULLFOERT")
    Mapping.objects.filter(pk=mapping.pk).change(signed_off_at=at or before_monday())
    return mapping


def of(unit, kind=LegalStatus.CONVICTED):
    """The figures as they would be if they were written down now."""
    told = {numbers.kind: numbers for numbers in counts.counted(unit, counts.last_monday())}
    return told[kind]


def housing(unit):
    return next(bar for bar in of(unit).areas if bar.label == "Bolig").parts


def page_of(client, unit):
    client.force_login(situations.an_account(Role.LEADER, at=unit))
    return shown(client)


def shown(client):
    """The page without the form's token."""
    page = client.get(reverse("desk:counts")).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


@pytest.mark.django_db
def test_a_leader_sees_how_many_were_offered_a_talk(client):
    oslo, agder = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    for number, someone in enumerate(people(13, oslo)):
        if number < 7:
            offer(someone)
    for someone in people(9, agder):
        offer(someone)
    numbers = of(oslo)
    assert (numbers.present, numbers.offered.parts) == (10, (5, 5))
    page = page_of(client, oslo)
    assert "Oslo fengsel" in page
    assert "Agder" not in page


@pytest.mark.django_db
def test_few_people_are_never_counted(client):
    oslo = situations.a_unit("Oslo fengsel")
    for someone in people(4, oslo):
        offer(someone)
    numbers = of(oslo)
    assert (numbers.present, numbers.offered.parts, numbers.overdue) == (None, None, None)
    assert "for få til å vises" in page_of(client, oslo)


@pytest.mark.django_db
def test_convicted_and_remand_are_counted_apart():
    oslo = situations.a_unit("Oslo fengsel")
    people(5, oslo)
    people(4, oslo, status=LegalStatus.REMAND)
    assert (of(oslo).present, of(oslo, LegalStatus.REMAND).present) == (5, None)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_talk_begun_and_an_interview_signed_off_this_week_change_nothing_before_next_monday(client):
    oslo = situations.a_unit("Oslo fengsel")
    mapper, here = situations.an_account(at=oslo), people(11, oslo)
    for someone in here[:4]:
        offer(someone)
        mapped(someone, mapper)
    before, figures = page_of(client, oslo), of(oslo)
    offer(here[5], at=timezone.now())
    mapped(here[5], mapper, at=timezone.now())
    assert of(oslo) == figures
    assert shown(client) == before


@pytest.mark.django_db
def test_who_comes_or_goes_this_week_changes_nothing_before_next_monday(client):
    oslo = situations.a_unit("Oslo fengsel")
    here = people(5, oslo)
    before = page_of(client, oslo)
    stay = here[0].current_stay
    stay.released_at = timezone.now()
    stay.save()
    new = situations.a_person(at=oslo).current_stay
    type(new).objects.filter(pk=new.pk).change(arrived_at=timezone.now())
    assert of(oslo).present == 5
    assert shown(client) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_nobody_under_18_is_overdue_for_a_talk_they_cannot_have():
    oslo = situations.a_unit("Oslo fengsel")
    people(5, oslo)
    assert of(oslo).overdue == 5
    oslo, young = situations.a_unit("Bergen fengsel"), date.today() - timedelta(days=365 * 16)
    people(4, oslo)
    people(3, oslo, born=young)
    assert (of(oslo).present, of(oslo).overdue) == (None, None)


@pytest.mark.django_db
def test_only_leaders_count(client):
    for role in (Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER):
        client.force_login(situations.an_account(role))
        assert client.get(reverse("desk:counts")).status_code == 403


def half_mapped(unit, *, of=10):
    """A mapper, and so many people who were offered a talk, of whom the first five are mapped."""
    mapper, here = situations.an_account(at=unit), people(of, unit)
    for someone in here:
        offer(someone)
    for someone in here[:5]:
        mapped(someone, mapper)
    return mapper, here


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_transfer_of_somebody_mapped_changes_no_byte_of_the_page(client):
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    _, here = half_mapped(oslo, of=15)
    before = page_of(client, oslo)
    Stay.objects.filter(pk=here[0].current_stay_id).change(unit=situations.a_unit("Agder fengsel"))
    assert housing(oslo) is None
    assert shown(client) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_that_two_records_are_found_to_be_one_person_changes_no_byte_of_the_page(client):
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    _, here = half_mapped(oslo, of=15)
    before = page_of(client, oslo)
    # As the leader's answer leaves them: the one record is empty, the other carries on.
    Person.objects.filter(pk=here[9].pk).change(current_stay=None, merged_into=here[0])
    here[9].stays.all().delete()
    assert of(oslo).present == 10
    assert shown(client) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_what_is_written_down_is_what_was_counted_and_holds_until_next_monday():
    oslo, at = situations.a_unit("Oslo fengsel"), counts.last_monday()
    half_mapped(oslo)
    figures = counts.counted(oslo, at)
    assert counts.of(oslo, at) == figures
    people(5, oslo)
    assert counts.of(oslo, at) == figures
    counts.write(oslo, at)
    assert counts.of(oslo, at) == figures
    assert counts.of(oslo, at + timedelta(days=7))[0].present == 15
    assert WeeklyCount.objects.filter(unit=oslo).count() == 2


@pytest.mark.django_db
def test_a_week_written_before_a_figure_was_thought_of_is_shown_without_it(client):
    oslo, figures = situations.a_unit("Oslo fengsel"), [{"kind": status.value, "present": 10} for status in MAPPED]
    WeeklyCount.objects.create(unit=oslo, monday=timezone.localdate(counts.last_monday()), figures=figures)
    told = counts.of(oslo, counts.last_monday())[0]
    assert (told.present, told.overdue, told.offered.parts, told.areas) == (10, None, None, [])
    client.force_login(situations.an_account(Role.LEADER, at=oslo))
    assert client.get(reverse("desk:counts")).status_code == 200


@pytest.mark.django_db
def test_the_worker_writes_down_the_figures_of_every_unit_once():
    oslo, agder = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    people(5, oslo)
    jobs.count_week(timestamp=0)
    people(5, oslo)
    jobs.count_week(timestamp=0)
    assert {row.unit for row in WeeklyCount.objects.all()} == {oslo, agder}
    assert counts.of(oslo, counts.last_monday())[0].present == 5


@pytest.mark.django_db
def test_the_application_may_write_figures_down_and_read_them_and_nothing_else():
    wanted = {"INSERT": True, "SELECT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    with connection.cursor() as cursor:
        for right, given in wanted.items():
            cursor.execute("SELECT has_table_privilege('brik_app', %s, %s)", [WeeklyCount._meta.db_table, right])
            assert cursor.fetchone() == (given,), right


@pytest.mark.django_db
def test_the_database_lets_nobody_change_or_remove_the_figures_of_a_week():
    counts.write(situations.a_unit("Oslo fengsel"), counts.last_monday())
    for attempt in (lambda: WeeklyCount.objects.update(figures=[]), WeeklyCount.objects.all().delete):
        with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic():
            attempt()
    assert WeeklyCount.objects.get().figures


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_withdrawal_changes_no_byte_of_the_page_and_no_figure_of_a_later_week(client):
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    mapper, here = half_mapped(oslo, of=15)
    assert housing(oslo) == (5, 10)
    before = page_of(client, oslo)
    situations.a_withdrawal(here[0], what=["alt"], said_at=timezone.now(), by=mapper)
    assert Mapping.objects.get(person=here[0]).state == "SPERRET"
    assert (of(oslo).offered.parts, housing(oslo)) == (None, (5, 10))
    assert shown(client) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize(("offered", "told"), [(13, None), (14, (5, 10))])
def test_how_many_are_mapped_is_told_only_when_five_of_those_offered_are_surely_not(offered, told):
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    mapper, here = situations.an_account(at=oslo), people(15, oslo)
    for someone in here[:offered]:
        offer(someone)
    for someone in here[:5]:
        mapped(someone, mapper)
    assert housing(oslo) == told


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_unit_where_fewer_than_twenty_were_offered_a_talk_is_told_nothing_of_the_mapped():
    oslo = situations.a_unit("Oslo fengsel")
    half_mapped(oslo, of=19)
    assert housing(oslo) is None
    last = situations.a_person(at=oslo, days=30)
    assert housing(oslo) is None
    offer(last)
    assert housing(oslo) == (5, 15)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_who_was_mapped_in_an_earlier_stay_is_not_counted_in_this_one():
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    _, here = half_mapped(oslo, of=15)
    assert housing(oslo) == (5, 10)
    Mapping.objects.filter(person=here[0]).change(signed_off_at=here[0].current_stay.arrived_at - timedelta(days=1))
    assert housing(oslo) is None


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("what", [{"state": "SPERRET"}, {"state": "FEIL"}, {"state": "ERSTATTET"}])
def test_what_became_of_an_interview_afterwards_changes_no_figure(what):
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    _, here = half_mapped(oslo, of=15)
    figures = of(oslo)
    more = {"restricted_at": before_monday()} if what["state"] == "SPERRET" else {}
    Mapping.objects.filter(person=here[0]).change(**what, **more, gate_open=False)
    assert of(oslo) == figures


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_person_mapped_twice_is_counted_once_whatever_the_correction_says():
    oslo = situations.a_unit("Oslo fengsel")
    offered_elsewhere_in(oslo)
    mapper, here = half_mapped(oslo, of=15)
    first = Mapping.objects.get(person=here[0])
    Mapping.objects.filter(pk=first.pk).change(state="ERSTATTET", gate_open=False)
    correction = mapped(here[0], mapper)
    Mapping.objects.filter(pk=correction.pk).change(corrects=first)
    assert housing(oslo) == (5, 10)
    Section.objects.filter(mapping=correction).change(state="IKKE_STARTET")
    assert housing(oslo) == (5, 10)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize(("offered", "told"), [(13, None), (14, (5, 10))])
def test_how_many_have_answers_is_told_only_when_five_of_those_offered_surely_have_none(offered, told):
    oslo, nav = situations.a_unit("Oslo fengsel"), an_organisation()
    offered_elsewhere_in(oslo)
    mapper, adviser, here = (
        situations.an_account(at=oslo),
        situations.an_account(Role.PARTNER, organisation=nav),
        people(15, oslo),
    )
    for someone in here[:offered]:
        offer(someone)
    for someone in here[:5]:
        delivery = situations.a_delivery(nav, by=mapper, person=someone)
        PartnerAnswer.objects.create(disclosure=delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, given_by=adviser)
    Stay.objects.filter(unit=oslo).change(end_date=timezone.localdate() + timedelta(days=30))
    [convicted, _] = counts.counted(oslo, timezone.now() + timedelta(minutes=1))
    assert (convicted.leaving, convicted.leaving_answered.parts) == (15, told)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_a_figure_of_the_mapped_stands_until_the_next_quarter_and_until_five_are_added():
    oslo, monday = situations.a_unit("Oslo fengsel"), counts.last_monday()
    offered_elsewhere_in(oslo)
    mapper, here = half_mapped(oslo, of=20)

    def told(weeks):
        bars = counts.of(oslo, monday + timedelta(weeks=weeks))[0].areas
        return next(bar.parts for bar in bars if bar.label == "Bolig")

    assert told(0) == (5, 15)
    for someone in here[5:9]:
        mapped(someone, mapper, at=timezone.now())
    assert [told(week) for week in (1, 14)] == [(5, 15), (5, 15)]
    mapped(here[9], mapper, at=timezone.now())
    # The fifth shows in the next quarter, not in the week in which it came.
    assert [told(week) for week in (15, 28)] == [(5, 15), (10, 10)]
