"""The pages of tasks: mine first by time, taken, done and passed on; the leader reads a word."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import LegalStatus
from brik.staff.models import Role, Staff
from brik.tasks import actions
from brik.tasks.models import Task, TaskOutcome, TaskState
from tests import situations
from tests.tasks import asked

pytestmark = pytest.mark.django_db
WORDS = "Barn ute trenger hjelp i dag"


@pytest.fixture
def contact(oslo):
    return situations.an_account(Role.CHILD_CONTACT, at=oslo)


@pytest.fixture
def task(mapper, contact):
    return asked.a_task(mapper)


def page(client, user, name="listed", **arguments):
    client.force_login(Staff.objects.get(pk=user.pk))
    return client.get(reverse(f"tasks:{name}", kwargs=arguments))


def text(client, user, name="listed", **arguments):
    return page(client, user, name, **arguments).content.decode()


def later(monkeypatch, hours):
    moment = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_list_says_whom_what_and_by_when_and_reading_it_is_an_event(client, task, contact, noise):
    shown = text(client, contact)
    assert WORDS in shown
    assert task.person.name in shown
    assert "ingen har tatt den" in shown
    assert noise.person.name not in shown
    assert Event.objects.get(verb=Verb.TASKS_LISTED).actor == contact.actor_id


def test_whoever_looks_after_children_gets_no_way_to_the_person(client, task, contact):
    here = reverse("desk:person", args=[task.person_id])
    assert here not in text(client, contact, "task", task=task.pk)
    social = situations.an_account(Role.SOCIAL_WORKER, at=task.person.known_stay.unit)
    actions.take(task, by=contact)
    onward = actions.hand_over(task, to=Role.SOCIAL_WORKER, by=contact)
    assert here in text(client, social, "task", task=onward.pk)


def test_opening_one_is_an_event_about_the_person(client, task, contact):
    page(client, contact, "task", task=task.pk)
    read = Event.objects.get(verb=Verb.TASK_READ)
    assert (read.subject, read.object_id) == (task.person_id, str(task.pk))


def test_it_is_taken_finished_and_gone_from_the_list(client, task, contact):
    client.force_login(contact)
    assert client.post(reverse("tasks:take", args=[task.pk])).url == reverse("tasks:task", args=[task.pk])
    answered = client.post(reverse("tasks:task", args=[task.pk]), {"do": "gjort", "outcome": "KONTAKTET"}, follow=True)
    assert "Oppgaven er gjort." in answered.content.decode()
    assert WORDS not in answered.content.decode()
    assert Task.objects.get(pk=task.pk).state is TaskState.DONE


def test_how_it_went_must_be_said(client, task, contact):
    actions.take(task, by=contact)
    client.force_login(contact)
    for sent in ({}, {"outcome": "OVERTATT"}, {"outcome": "x" * 10_000_000}, {"outcome": "\0"}):
        answered = client.post(reverse("tasks:task", args=[task.pk]), {"do": "gjort"} | sent)
        assert answered.status_code in {200, 400, 413, 422}
        assert Task.objects.get(pk=task.pk).state is TaskState.TAKEN


def test_it_is_passed_on_only_to_a_role_that_is_there(client, task, contact, oslo):
    asked.staff_of(oslo, Role.SOCIAL_WORKER)
    actions.take(task, by=contact)
    client.force_login(contact)
    for role in ("verksbetjent", "leder", "beslutter", ""):
        client.post(reverse("tasks:task", args=[task.pk]), {"do": "gi-videre", "role": role})
        assert Task.objects.get(pk=task.pk).state is TaskState.TAKEN
    client.post(reverse("tasks:task", args=[task.pk]), {"do": "gi-videre", "role": "sosialkonsulent"})
    assert Task.objects.open().filter(person=task.person).get().role == Role.SOCIAL_WORKER


def test_who_comes_second_is_told_and_led_back(client, task, contact, oslo):
    (other,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    actions.take(task, by=contact)
    client.force_login(other)
    answered = client.post(reverse("tasks:take", args=[task.pk]))
    assert answered.status_code == 409
    assert "En kollega har tatt oppgaven" in answered.content.decode()
    assert reverse("tasks:listed") in answered.content.decode()


def test_a_late_danger_stands_with_the_leader_on_duty_with_name_and_what_is_to_be_done(client, task, oslo, monkeypatch):
    (duty,) = asked.staff_of(oslo, Role.DUTY_LEADER)
    assert task.person.name not in text(client, duty)
    later(monkeypatch, 3)
    shown = text(client, duty)
    assert task.person.name in shown
    assert WORDS in shown
    assert "Over fristen" in shown
    client.post(reverse("tasks:take", args=[task.pk]))
    assert task.person.name in text(client, duty)


def test_what_is_late_stands_first(client, mapper, contact, oslo, monkeypatch):
    first = asked.a_task(mapper)
    later(monkeypatch, 3)
    second = asked.a_task(mapper)
    shown = text(client, contact)
    assert shown.index("Over fristen") < shown.index(first.person.name) < shown.index(second.person.name)


@pytest.mark.parametrize(
    ("late", "said"), [(0, "Ingen"), (1, "Noen"), (4, "Noen"), (5, "Fem eller flere"), (7, "Fem eller flere")]
)
def test_the_leader_reads_one_of_three_words(client, mapper, contact, oslo, monkeypatch, late, said):
    leader = situations.an_account(Role.LEADER, at=oslo)
    people = [asked.a_task(mapper).person.name for _ in range(late)]
    later(monkeypatch, 3)
    shown = text(client, leader)
    assert f"{said} oppgaver er over fristen." in shown
    assert not any(name in shown for name in people)


def test_the_leader_s_page_is_the_same_for_one_late_and_for_four(client, mapper, contact, oslo, monkeypatch):
    leader = situations.an_account(Role.LEADER, at=oslo)
    made = [asked.a_task(mapper) for _ in range(4)]
    later(monkeypatch, 3)
    client.force_login(Staff.objects.get(pk=leader.pk))
    four = same_bytes(client)
    for task in made[1:]:
        actions.take(task, by=contact)
        actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    assert same_bytes(client) == four


def same_bytes(client):
    shown = client.get(reverse("tasks:listed")).content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value|data-seconds-left|nonce)="[^"]*"', "", shown)


def test_the_interview_says_who_has_been_told_until_it_is_done(client, mapper, oslo):
    mapping = asked.remand_interview(mapper)
    hub = reverse("mapping:hub", args=[mapping.pk])
    client.force_login(mapper)
    assert "Noen har fått beskjed" not in client.get(hub).content.decode()
    asked.save(mapping, "VC", by=mapper, VC1a="JA", VC1b="BARN")
    # Nobody of the unit looks after children: the sentence says who it went to.
    assert "Det gjelder barn. Kartlegger har fått beskjed." in client.get(hub).content.decode()
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    assert "Det gjelder barn. Barneansvarlig har fått beskjed." in client.get(hub).content.decode()
    next_area = client.get(reverse("mapping:area", args=[mapping.pk, "VD"])).content.decode()
    assert "Det gjelder barn. Barneansvarlig har fått beskjed." in next_area
    task = actions.take(Task.objects.get(origin=mapping.pk), by=contact)
    actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    assert "Noen har fått beskjed" not in client.get(hub).content.decode()


def test_a_row_that_was_changed_past_us_is_not_shown_and_breaks_nothing(client, mapper, contact):
    broken, whole = asked.a_task(mapper), asked.a_task(mapper)
    with situations.triggers_off():
        situations.forge(broken, made_at=broken.made_at - timedelta(days=1))
    shown = text(client, contact)
    assert whole.person.name in shown
    assert broken.person.name not in shown
    assert "Kan ikke vises" in shown
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).exists()


def test_the_list_costs_the_same_for_many_people(client, mapper, contact):
    for _ in range(6):
        asked.a_task(mapper)
    counts = []
    client.force_login(Staff.objects.get(pk=contact.pk))
    client.get(reverse("tasks:listed"))
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("tasks:listed"))
        counts.append(len(queries))
        for _ in range(6):
            asked.a_task(mapper)
    assert counts[0] == counts[1]


def test_the_list_has_pages(client, mapper, contact):
    for _ in range(26):
        asked.a_task(mapper)
    assert "Side 1 av 2" in text(client, contact)
    assert page(client, contact).content.decode().count("Jeg tar den") == 25
    client.force_login(contact)
    assert client.get(reverse("tasks:listed") + "?side=2").content.decode().count("Jeg tar den") == 1
    assert client.get(reverse("tasks:listed") + "?side=tull").status_code == 200


@pytest.mark.parametrize("role", [Role.DECIDER, Role.INSIGHT, Role.PRIVACY, Role.SYSTEM])
def test_some_roles_have_no_such_page(client, task, role, oslo):
    assert page(client, situations.an_account(role, at=oslo)).status_code == 403


def test_an_unnamed_contact_officer_reads_the_same_with_and_without_a_task(client, mapper, oslo):
    named, other = asked.staff_of(oslo, Role.CONTACT_OFFICER, Role.CONTACT_OFFICER)
    person = situations.a_person(at=oslo, status=LegalStatus.REMAND)
    asked.name_officer(person, named)
    client.force_login(Staff.objects.get(pk=other.pk))
    before = same_bytes(client)
    task = asked.a_task_of_officer(mapper, person)
    assert same_bytes(client) == before
    assert page(client, other, "task", task=task.pk).status_code == 404
    assert page(client, named, "task", task=task.pk).status_code == 200
