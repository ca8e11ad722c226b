"""The worklist: who is in it, in what order, and how much of a talk each role sees."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brik.mapping.record import sections
from brik.people import actions
from brik.people.models import LegalStatus, Person, Stay
from brik.staff.models import Post, Role
from consent.models import Talk
from followup.desk.worklist import people_order as worklist
from followup.desk.worklist.filters import Narrowing
from followup.desk.worklist.list_tabs import ListTab
from followup.desk.worklist.rows import rows
from followup.desk.worklist.talk_status import TalkView
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def oslo():
    return situations.a_unit("Oslo fengsel")


@pytest.fixture(autouse=True)
def somebody_elsewhere():
    """Noise: never to be seen in Oslo."""
    return situations.a_person(at=situations.a_unit("Agder fengsel"), family="Annensteds")


def convicted(unit, *, days: int, category: str = "Ubetinget") -> Person:
    someone = situations.a_person(at=unit)
    stay = someone.current_stay
    stay.end_date, stay.category = stay.start_date + timedelta(days=days), category
    if category == "Forvaring":
        stay.end_date = None
    stay.save()
    return someone


REGULATION = {"orden": "forskrift"}


def listed(user, **given) -> list[Person]:
    narrowing = Narrowing.read(given, user)
    return [row.person for row in worklist.page(user, narrowing, "1").object_list]


def talk_begun(person, by) -> Talk:
    """A talk in which the person has answered something."""
    return Talk.objects.create(
        person=person, unit=person.current_stay.unit, kind="DOMFELT", started_by=by, answered_at=timezone.now()
    )


def test_nobody_of_another_unit_is_listed(oslo, somebody_elsewhere):
    here = situations.a_person(at=oslo)
    assert listed(situations.an_account(Role.LEADER, at=oslo)) == [here]


def test_the_longest_sentence_is_first_and_preventive_detention_before_all(oslo):
    short, long = convicted(oslo, days=60), convicted(oslo, days=3000)
    forvaring = convicted(oslo, days=0, category="Forvaring")
    middle = convicted(oslo, days=400)
    assert listed(situations.an_account(at=oslo), **REGULATION) == [forvaring, long, middle, short]


def test_remand_comes_after_the_convicted_by_arrival(oslo):
    new = situations.a_person(at=oslo, status=LegalStatus.REMAND, days=1)
    old = situations.a_person(at=oslo, status=LegalStatus.REMAND, days=30)
    sentence = convicted(oslo, days=10)
    assert listed(situations.an_account(at=oslo), **REGULATION) == [sentence, old, new]


def test_staying_in_norway_is_shown_in_a_mappers_list_only_and_orders_none(oslo):
    mapper, leader = situations.an_account(at=oslo), situations.an_account(Role.LEADER, at=oslo)
    one, other = convicted(oslo, days=100), convicted(oslo, days=100)
    other.current_stay.arrived_at = one.current_stay.arrived_at + timedelta(hours=1)
    other.current_stay.save()
    situations.a_signed_off_interview(mapper, other, area="B", B7a="SAMME")
    assert listed(mapper, **REGULATION) == listed(leader, **REGULATION) == [one, other]
    assert [row.stays_in_norway for row in rows([other.pk], leader)] == [False]
    assert [row.stays_in_norway for row in rows([other.pk], mapper)] == [True]


def test_staying_in_norway_is_not_shown_before_sign_off(oslo):
    mapper = situations.an_account(at=oslo)
    one, other = convicted(oslo, days=100), convicted(oslo, days=100)
    other.current_stay.arrived_at = one.current_stay.arrived_at + timedelta(hours=1)
    other.current_stay.save()
    interview = situations.an_interview(mapper, other)
    answers = situations.form_answers(B7a="SAMME")
    sections.save_section(interview, area="B", answers=answers, version=0, by=mapper)
    assert [row.stays_in_norway for row in rows([one.pk, other.pk], mapper)] == [False, False]


def test_a_first_talk_is_due_within_seven_days_of_arrival(oslo):
    fresh, late = situations.a_person(at=oslo, days=2), situations.a_person(at=oslo, days=9)
    told = {row.person: row for row in rows([fresh.pk, late.pk], situations.an_account(at=oslo))}
    assert told[fresh].due == timezone.localdate(fresh.current_stay.arrived_at) + timedelta(days=7)
    assert (told[fresh].overdue, told[late].overdue) == (False, True)


def test_the_seven_days_are_counted_in_days_also_when_the_clock_is_put_back(oslo):
    someone = situations.a_person(at=oslo)
    # Half past midnight in summer time; seven times 24 hours later it is half past eleven the evening before.
    someone.current_stay.arrived_at = datetime(2026, 10, 20, 0, 30, tzinfo=ZoneInfo("Europe/Oslo"))
    someone.current_stay.save()
    (row,) = rows([someone.pk], situations.an_account(at=oslo))
    assert row.due == date(2026, 10, 27)


def test_nothing_is_due_once_a_talk_has_begun(oslo):
    mapper = situations.an_account(at=oslo)
    late = situations.a_person(at=oslo, days=9)
    talk_begun(late, mapper)
    assert rows([late.pk], mapper)[0].due is None
    assert listed(mapper, frist="samtale") == []


def test_nobody_under_18_is_listed_as_due_for_a_talk_they_cannot_have(oslo):
    grown, unknown = situations.a_person(at=oslo), situations.a_person(at=oslo, born=None)
    situations.a_person(at=oslo, born=timezone.localdate() - timedelta(days=365 * 16))
    assert set(listed(situations.an_account(Role.LEADER, at=oslo), frist="samtale")) == {grown, unknown}


def test_release_soon_is_told_by_the_likely_day(oslo):
    someone = situations.a_person(at=oslo)
    stay = someone.current_stay
    today = timezone.localdate()
    stay.two_thirds, stay.end_date = today + timedelta(days=100), today + timedelta(days=300)
    stay.save()
    situations.a_person(at=oslo)
    assert listed(situations.an_account(at=oslo), frist="ut") == []
    stay.two_thirds = today + timedelta(days=80)
    stay.save()
    (row,) = rows([someone.pk], situations.an_account(at=oslo))
    assert (row.release.first, row.release.second.split(" · ")[1]) == ("Om 80 dager", "to tredjedeler")
    assert listed(situations.an_account(at=oslo), frist="ut") == [someone]


def test_who_leaves_first_stands_first_and_nobody_on_remand_has_a_day(oslo):
    remand = situations.a_person(at=oslo, status=LegalStatus.REMAND, days=40)
    last, first, middle = convicted(oslo, days=900), convicted(oslo, days=10), convicted(oslo, days=60)
    for role in (Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER):
        user = situations.an_account(role, at=oslo)
        assert listed(user) == [first, middle, last, remand]
        assert listed(user, orden="-loslates") == [last, middle, first, remand]


def test_the_list_sorts_by_the_talk_for_those_who_see_whether_one_was_offered(oslo):
    mapper = situations.an_account(at=oslo)
    asked, new, old = (situations.a_person(at=oslo, days=days) for days in (20, 2, 9))
    talk_begun(asked, mapper)
    for role in (Role.CONTACT_OFFICER, Role.LEADER):
        assert listed(situations.an_account(role, at=oslo), orden="samtale") == [old, new, asked]
        assert listed(situations.an_account(role, at=oslo), orden="-samtale") == [asked, new, old]
    decider = situations.an_account(Role.DECIDER, at=oslo)
    assert listed(decider, orden="samtale") == listed(decider)


def test_the_list_sorts_by_name_in_norwegian_order(oslo):
    people = {}
    for given in ("Åse", "Øystein", "Zara", "Abel"):
        people[given] = situations.a_person(at=oslo)
        people[given].identity = {"given": given, "middle": "", "family": "Liknavn", "aliases": []}
        people[given].save()
    leader = situations.an_account(Role.LEADER, at=oslo)
    ordered = [people[given] for given in ("Abel", "Zara", "Øystein", "Åse")]
    assert listed(leader, orden="navn") == ordered
    assert listed(leader, orden="-navn") == ordered[::-1]
    assert listed(leader, orden="svar") == listed(leader)


def test_urgent_are_those_who_leave_within_30_days_and_those_whose_talk_must_be_held(oslo):
    mapper = situations.an_account(at=oslo)
    leaves, stays = convicted(oslo, days=20), convicted(oslo, days=900)
    waits, fresh = situations.a_person(at=oslo, days=6), situations.a_person(at=oslo, days=3)
    held = situations.a_person(at=oslo, days=60)
    talk_begun(held, mapper)
    for person in (leaves, stays):
        talk_begun(person, mapper)
    situations.a_person(at=oslo, status=LegalStatus.NOT_MAPPED_HERE, days=60)
    for role in (Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER):
        assert listed(situations.an_account(role, at=oslo), liste="haster") == [leaves, waits]
    # Whether a talk was offered is not for a decider to see.
    assert listed(situations.an_account(Role.DECIDER, at=oslo), liste="haster") == [leaves]
    assert fresh in listed(mapper)


def test_mine_are_those_of_whom_i_am_contact_officer_in_the_unit_where_they_are(oslo):
    officer, other = (situations.an_account(Role.CONTACT_OFFICER, at=oslo) for _ in range(2))
    agder = situations.a_unit("Agder fengsel")
    mine, theirs, moved = (situations.a_person(at=oslo) for _ in range(3))
    for person, contact in ((mine, officer), (theirs, other), (moved, officer)):
        actions.place(person, ward="A 1", contact_officer=contact, by=other)
    Stay.objects.filter(pk=moved.current_stay.pk).change(unit=agder)
    assert listed(officer, liste="mine") == [mine]
    Post.objects.create(staff=officer, role=Role.CONTACT_OFFICER, unit=agder, since=timezone.localdate())
    officer = type(officer).objects.get(pk=officer.pk)
    assert listed(officer, liste="mine", enhet=str(agder.pk)) == []
    (row,) = rows([moved.pk], officer)
    assert (row.ward, row.officer) == ("", "")


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER])
def test_who_cannot_be_contact_officer_has_no_list_of_their_own(oslo, role):
    user = situations.an_account(role, at=oslo)
    assert [tab.code for tab in Narrowing.read({"liste": "mine"}, user).tabs] == ["haster", "alle"]
    assert Narrowing.read({"liste": "mine"}, user).tab is None


def test_each_list_says_how_many_stand_in_it(oslo):
    officer = situations.an_account(Role.CONTACT_OFFICER, at=oslo)
    first, leaves = situations.a_person(at=oslo), convicted(oslo, days=20)
    narrowing = Narrowing.read({}, officer)
    assert worklist.tab_counts(officer, narrowing) == {ListTab.MINE: 0, ListTab.URGENT: 1, ListTab.ALL: 2}
    assert narrowing.on_tab(worklist.tab_counts(officer, narrowing)).tab is ListTab.ALL
    actions.place(first, ward="", contact_officer=officer, by=officer)
    counts = worklist.tab_counts(officer, narrowing)
    assert counts[ListTab.MINE] == 1
    assert narrowing.on_tab(counts).tab is ListTab.MINE
    assert Narrowing.read({"status": "DOMFELT"}, officer).on_tab(counts).tab is ListTab.ALL
    assert leaves in listed(officer, liste="haster")


def test_the_list_is_narrowed_to_a_ward_where_somebody_lives(oslo):
    officer = situations.an_account(Role.CONTACT_OFFICER, at=oslo)
    here, there = situations.a_person(at=oslo), situations.a_person(at=oslo)
    actions.place(here, ward="A 1", contact_officer=None, by=officer)
    actions.place(there, ward="B 2", contact_officer=None, by=officer)
    assert Narrowing.read({}, officer).wards == ("A 1", "B 2")
    assert listed(officer, avdeling="B 2") == [there]
    assert len(listed(officer, avdeling="C 3")) == 2


def test_the_released_are_listed_only_when_asked_for(oslo):
    someone = situations.a_person(at=oslo)
    someone.current_stay.released_at = timezone.now()
    someone.current_stay.save()
    mapper = situations.an_account(at=oslo)
    assert listed(mapper) == []
    assert listed(mapper, frist="loeslatt") == [someone]


def test_a_leader_sees_offered_or_not_offered_and_can_list_by_it(oslo):
    leader = situations.an_account(Role.LEADER, at=oslo)
    asked, other = situations.a_person(at=oslo), situations.a_person(at=oslo)
    talk_begun(asked, situations.an_account(at=oslo))
    words = {row.person: row.standing for row in rows([asked.pk, other.pk], leader)}
    assert words == {asked: "Tilbudt samtale", other: "Ikke tilbudt samtale"}
    assert listed(leader, samtale="tilbudt") == [asked]


def test_a_decider_sees_no_standing_and_no_due_date_and_cannot_list_by_them(oslo):
    decider = situations.an_account(Role.DECIDER, at=oslo)
    asked, other = situations.a_person(at=oslo, days=9), situations.a_person(at=oslo, days=9)
    talk_begun(asked, situations.an_account(at=oslo))
    told = rows([asked.pk, other.pk], decider)
    assert [(row.standing, row.due, row.overdue) for row in told] == [("", None, False)] * 2
    for given in ({"samtale": "tilbudt"}, {"samtale": "nei"}, {"frist": "samtale"}):
        assert len(listed(decider, **given)) == 2


def test_a_leader_cannot_list_by_what_mappers_see(oslo):
    leader = situations.an_account(Role.LEADER, at=oslo)
    situations.a_person(at=oslo)
    assert len(listed(leader, samtale="nei")) == 1
    assert len(listed(leader, samtale="ikke_tilbudt")) == 1


def test_somebody_who_maps_here_and_leads_there_sees_each_unit_as_that_role(oslo):
    both = situations.an_account(Role.MAPPER, at=oslo)
    agder = situations.a_unit("Agder fengsel")
    Post.objects.create(staff=both, role=Role.LEADER, unit=agder, since=timezone.localdate())
    here, there = situations.a_person(at=oslo), situations.a_person(at=agder)
    views = {row.person: row.view for row in rows([here.pk, there.pk], both)}
    assert views == {here: TalkView.WHOLE, there: TalkView.OFFERED}


def test_a_page_takes_as_many_queries_for_many_people_as_for_few(oslo):
    mapper = situations.an_account(at=oslo)

    def queries() -> int:
        fresh = type(mapper).objects.get(pk=mapper.pk)
        with CaptureQueriesContext(connection) as captured:
            listed(fresh)
        return len(captured)

    situations.a_person(at=oslo)
    few = queries()
    for _ in range(12):
        situations.a_person(at=oslo)
    assert queries() == few <= 9
