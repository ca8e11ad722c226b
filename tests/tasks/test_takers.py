"""For whom a task is follows from its role, the unit of the person, and who is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.people.models import Person
from brik.staff.models import Post, Role, Staff
from brik.tasks import actions
from brik.tasks.models import Task
from tests import situations
from tests.tasks import asked

pytestmark = pytest.mark.django_db


def sees(user, task):
    return Task.objects.visible_to(Staff.objects.get(pk=user.pk)).filter(pk=task.pk).exists()


@pytest.fixture
def task(mapper):
    return asked.a_task(mapper)


def late(monkeypatch, hours=3):
    moment = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_it_is_for_its_role_and_for_nobody_else(task, oslo, mapper):
    contact, duty, officer, social, leader, decider = asked.staff_of(
        oslo,
        *(Role.CHILD_CONTACT, Role.DUTY_LEADER, Role.CONTACT_OFFICER, Role.SOCIAL_WORKER, Role.LEADER, Role.DECIDER),
    )
    assert sees(contact, task)
    assert not any(sees(user, task) for user in (duty, officer, social, leader, decider, mapper))


def test_where_nobody_holds_its_role_it_is_for_the_leader_on_duty_else_for_a_mapper(task, oslo, mapper):
    assert sees(mapper, task)
    (duty,) = asked.staff_of(oslo, Role.DUTY_LEADER)
    assert sees(duty, task)
    assert not sees(mapper, task)
    (contact,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    assert sees(contact, task)
    assert not sees(duty, task)
    Post.objects.get(staff=contact).end(timezone.localdate())
    assert sees(duty, task)


def test_a_mapper_who_is_not_approved_takes_nobody_s_place(task, oslo):
    assert not sees(situations.an_account(at=oslo, approved=False), task)


def test_one_in_danger_that_nobody_took_in_time_is_for_the_leader_on_duty_too(task, oslo, monkeypatch):
    contact, duty, other = asked.staff_of(oslo, Role.CHILD_CONTACT, Role.DUTY_LEADER, Role.DUTY_LEADER)
    assert not sees(duty, task)
    late(monkeypatch)
    assert sees(duty, task)
    assert sees(contact, task)
    actions.take(task, by=Staff.objects.get(pk=duty.pk))
    assert sees(duty, task), "it stays in the list of whoever took it"
    assert not sees(other, task)


def test_one_in_danger_that_was_taken_in_time_is_not_for_the_leader_on_duty(task, oslo, monkeypatch):
    contact, duty = asked.staff_of(oslo, Role.CHILD_CONTACT, Role.DUTY_LEADER)
    actions.take(task, by=contact)
    late(monkeypatch)
    assert not sees(duty, task)


def test_one_without_danger_that_is_late_stays_with_its_role(mapper, oslo, monkeypatch):
    officer, duty = asked.staff_of(oslo, Role.CONTACT_OFFICER, Role.DUTY_LEADER)
    task = asked.a_task_of_officer(mapper)
    asked.name_officer(task.person, officer)
    late(monkeypatch, hours=30)
    assert not sees(duty, task)


def test_a_task_for_the_contact_officer_is_for_the_one_named_and_for_no_other(mapper, oslo):
    named, other, duty = asked.staff_of(oslo, Role.CONTACT_OFFICER, Role.CONTACT_OFFICER, Role.DUTY_LEADER)
    task = asked.a_task_of_officer(mapper)
    assert [sees(user, task) for user in (named, other, duty)] == [False, False, True]
    asked.name_officer(task.person, named)
    assert [sees(user, task) for user in (named, other, duty)] == [True, False, False]
    Post.objects.get(staff=named).end(timezone.localdate())
    assert [sees(user, task) for user in (named, other, duty)] == [False, False, True]


def test_a_mapper_who_is_named_contact_officer_takes_it(mapper, oslo):
    asked.staff_of(oslo, Role.DUTY_LEADER)
    task = asked.a_task_of_officer(mapper)
    assert not sees(mapper, task)
    asked.name_officer(task.person, mapper)
    assert sees(mapper, task)


def test_it_goes_with_the_person_to_another_unit(task, oslo):
    agder = situations.a_unit("Agder fengsel")
    here, there = (situations.an_account(Role.CHILD_CONTACT, at=unit) for unit in (oslo, agder))
    stay = Person.objects.get(pk=task.person_id).current_stay
    stay.unit = agder
    stay.save()
    assert not sees(here, task)
    assert sees(there, task)


@pytest.mark.parametrize("role", [Role.DECIDER, Role.INSIGHT, Role.PRIVACY, Role.SYSTEM])
def test_some_roles_see_no_task_at_all(task, role, oslo):
    assert not Task.objects.visible_to(situations.an_account(role, at=oslo)).exists()
    assert not Task.objects.late_for(situations.an_account(role, at=oslo)).exists()
