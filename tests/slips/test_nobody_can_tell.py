"""Two people who differ in nothing but that one has written something: nobody can tell them apart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.audit.models import Event
from brik.slips import actions
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Role
from tests import situations
from tests.slips import turns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
EVERYTHING = [topic.value for topic in Topic]
CHOICES = {"nothing": (), "no": ("INGEN_LAPP",), "one": ("ABSTINENS",), "everything": EVERYTHING, "forged": ("<x>", "")}


@pytest.fixture
def twins(oslo, health):
    """All arrived at the same moment."""
    found = {name: situations.a_person(at=oslo) for name in CHOICES}
    arrived = found["nothing"].current_stay.arrived_at
    for someone in found.values():
        type(someone.current_stay).objects.filter(pk=someone.current_stay.pk).change(arrived_at=arrived)
    return found


@pytest.fixture
def written(twins, officer, client):
    client.force_login(officer)
    for name, someone in twins.items():
        assert turns.send(client, someone, *CHOICES[name]).status_code == 302
    return twins


def test_sending_the_page_does_the_same_work_and_gets_the_same_answer(client, twins, officer):
    client.force_login(officer)
    turns.send(client, situations.a_person(at=officer.current_posts[0].unit))
    seen = {}
    for name, someone in twins.items():
        with CaptureQueriesContext(connection) as queries:
            answer = turns.send(client, someone, *CHOICES[name])
        headers = sorted((key, turns.plain(value)) for key, value in answer.items())
        seen[name] = (answer.status_code, answer.content, headers, [turns.shape(one["sql"]) for one in queries])
        assert turns.DONE.match(answer.url)
    assert all(work == seen["nothing"] for work in seen.values())


@pytest.mark.parametrize("opened", [False, True])
def test_rows_keys_and_events_are_of_one_shape_before_and_after_the_health_service_has_looked(written, nurse, opened):
    if opened:
        actions.open_waiting(nurse.organisation, by=nurse)
    seen = {}
    for name, someone in written.items():
        slip = Slip.objects.get(person=someone)
        seen[name] = [
            turns.rows_about("slips_slip", "person_id", someone.pk),
            turns.rows_about("slips_slipopening", "slip_id", slip.pk),
            turns.rows_about("vault_key", "subject", slip.pk),
            turns.rows_about("audit_event", "object_id", str(slip.pk)),
            turns.rows_about("audit_event", "subject", someone.pk),
        ]
    assert all(rows == seen["nothing"] for rows in seen.values())
    assert seen["nothing"][0][0]["content"] == 159
    assert len(seen["nothing"][1]) == opened


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER, Role.PRIVACY])
@pytest.mark.parametrize("opened", [False, True])
def test_the_pages_of_staff_are_the_same_bytes(client, written, nurse, oslo, role, opened):
    if opened:
        actions.open_waiting(nurse.organisation, by=nurse)
    needs_unit = role is not Role.PRIVACY
    client.force_login(situations.an_account(role, at=oslo if needs_unit else None))
    for address in ("desk:person", "slips:turn"):
        pages = {
            turns.plain(client.get(reverse(address, args=[someone.pk])).content.decode(), someone.name)
            for someone in written.values()
        }
        assert len(pages) == 1, address
    if role is Role.PRIVACY:
        pages = {
            turns.plain(client.get(reverse("desk:events"), {"person": someone.pk}).content.decode(), someone.name)
            for someone in written.values()
        }
        assert len(pages) == 1


def test_the_last_page_is_the_same_bytes(client, written, officer):
    pages = {
        turns.plain(client.get(reverse("slips:done", args=[someone.pk, "nb"])).content.decode(), someone.name)
        for someone in written.values()
    }
    assert len(pages) == 1
    assert "Det du valgte, er skjult." in pages.pop()


def test_no_staff_of_the_prison_sees_a_row_or_a_page_of_the_health_service(client, written, oslo):
    for role in (Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER, Role.INSIGHT, Role.PRIVACY, Role.SYSTEM):
        user = situations.an_account(role, at=oslo if role not in (Role.INSIGHT, Role.PRIVACY, Role.SYSTEM) else None)
        assert not Slip.objects.visible_to(user).exists()
        client.force_login(user)
        assert client.get(reverse("slips:inbox")).status_code == 403
        assert client.post(reverse("slips:open")).status_code == 403


def test_everything_that_waits_is_opened_at_once_with_an_event_each(written, nurse, health):
    actions.open_waiting(health, by=nurse)
    events = Event.objects.filter(verb="slip.opened", actor=nurse.actor_id)
    assert {event.subject for event in events} == {someone.pk for someone in written.values()}
    assert not Slip.objects.visible_to(nurse).waiting().exists()
