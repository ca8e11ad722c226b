"""What waits for a leader is counted in the menu: messages of the service, and nothing that follows from an answer."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brik import menu
from brik.arrivals import actions, answers
from brik.arrivals.models import Message
from brik.arrivals.timeline.standings import BY_HAND
from brik.audit.actors import Process
from brik.people.identifiers.numbers import NumberKind
from brik.staff.models import Role, Unit
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
COUNT = re.compile(r'<span class="brik-header__waiting">([^<]*)<span class="ds-sr-only">venter</span>')


def two_people_and_a_message_about_both(name="Felles"):
    one, duf = situations.a_number(), situations.a_number(NumberKind.DUF)
    actions.receive_message(samples.arrival(one, name=("Prøve", None, "Enesen")), by=BY)
    actions.receive_message(samples.arrival(duf, arrived="2026-02-01", name=("Prøve", None, "Toesen")), by=BY)
    about = samples.person_information(one, duf, message_id=name, at="2026-03-03", name=("Prøve", None, name))
    actions.receive_message(about, by=BY)
    return Message.objects.get(message_id=name)


def of(role):
    return situations.an_account(role, at=Unit.objects.get(number="0501"))


def counted(client, user, page="/hjelp/"):
    client.force_login(user)
    return COUNT.findall(client.get(page).content.decode())


def test_each_message_that_asks_the_leader_something_is_counted_until_it_is_answered(client):
    first, _ = two_people_and_a_message_about_both("En"), two_people_and_a_message_about_both("To")
    leader = of(Role.LEADER)
    assert counted(client, leader) == ["2"]
    actions.resolve(first, same=False, by=leader)
    assert counted(client, leader) == ["1"]
    elsewhere = situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel"))
    assert counted(client, elsewhere) == []


def test_more_than_nine_are_not_counted_one_by_one(client, monkeypatch):
    two_people_and_a_message_about_both("En"), two_people_and_a_message_about_both("To")
    monkeypatch.setattr(menu, "MOST_COUNTED", 2)
    assert counted(client, of(Role.LEADER)) == ["1+"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.LEADER, Role.PARTNER)])
def test_nobody_else_has_a_number_in_the_menu_or_a_query_for_it(client, role):
    two_people_and_a_message_about_both()
    user = of(role)
    assert counted(client, user) == []
    with CaptureQueriesContext(connection) as queries:
        client.get("/hjelp/")
    assert [query["sql"] for query in queries if 'FROM "arrivals_message"' in query["sql"]] == []


def test_a_number_written_by_hand_is_not_counted_though_it_waits(client):
    two_people_and_a_message_about_both()
    officer, leader = of(Role.MAPPER), of(Role.LEADER)
    before = counted(client, leader)
    person = situations.a_person(at=leader.current_posts[0].unit, kind=NumberKind.D_NUMBER)
    actions.add_number(person, situations.a_number(), by=officer)
    assert answers.waiting_for(leader).filter(question=BY_HAND).count() == 1
    assert counted(client, leader) == before == ["1"]
