"""Somebody takes a task, says how it went, or passes it on; nobody else than those whom it is for."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.staff.models import Role
from brik.tasks import actions
from brik.tasks.models import Task, TaskOutcome, TaskState
from brik.vault.codes.row_codes import CodeBroken
from tests import situations
from tests.tasks import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(oslo):
    return situations.an_account(Role.CHILD_CONTACT, at=oslo)


@pytest.fixture
def task(mapper, contact):
    return asked.a_task(mapper)


def events(task):
    found = Event.objects.filter(object_id=str(task.pk), verb__startswith="task.").order_by("pk")
    return [(event.verb, event.reason, event.row_version) for event in found]


def test_a_task_is_taken_and_done_with_an_event_and_a_version_each(task, contact):
    actions.take(task, by=contact)
    done = actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    assert (done.state, done.taken_by, done.done_by, done.outcome) == (TaskState.DONE, contact, contact, "KONTAKTET")
    assert events(task) == [
        (Verb.TASK_MADE, "", 1),
        (Verb.TASK_TAKEN, "", 2),
        (Verb.TASK_DONE, "reached", 3),
    ]
    assert Task.objects.get(pk=task.pk).promise.open() == "VC1_BARN"


def test_twice_is_once(task, contact):
    for _ in range(2):
        actions.take(task, by=contact)
    for _ in range(2):
        actions.finish(task, outcome=TaskOutcome.NOT_REACHED, by=contact)
    assert len(events(task)) == 3


def test_a_colleague_who_comes_later_is_told_so(task, contact, oslo):
    (other,) = asked.staff_of(oslo, Role.CHILD_CONTACT)
    actions.take(task, by=contact)
    with pytest.raises(Refused, match="task_taken"):
        actions.take(task, by=other)
    with pytest.raises(Refused, match="task_not_yours"):
        actions.finish(task, outcome=TaskOutcome.REACHED, by=other)
    assert Task.objects.get(pk=task.pk).taken_by == contact


def test_nothing_is_done_that_nobody_has_taken(task, contact):
    with pytest.raises(Refused, match="task_not_yours"):
        actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)


def test_what_is_done_stays_done(task, contact):
    actions.take(task, by=contact)
    actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    for again in (
        lambda: actions.take(task, by=contact),
        lambda: actions.finish(task, outcome=TaskOutcome.NOT_REACHED, by=contact),
        lambda: actions.hand_over(task, to=Role.CHILD_CONTACT, by=contact),
    ):
        with pytest.raises(Refused, match="task_done"):
            again()


def test_it_is_passed_on_to_another_role_with_its_time(task, contact, oslo):
    (social,) = asked.staff_of(oslo, Role.SOCIAL_WORKER)
    actions.take(task, by=contact)
    onward = actions.hand_over(task, to=Role.SOCIAL_WORKER, by=contact)
    assert Task.objects.get(pk=task.pk).outcome == TaskOutcome.HANDED_ON
    assert (onward.due_at, onward.danger, onward.promise.open()) == (task.due_at, True, "VC1_BARN")
    assert Task.objects.visible_to(social).open().get() == onward


def test_it_is_not_passed_on_where_nobody_holds_the_role(task, contact):
    actions.take(task, by=contact)
    with pytest.raises(Refused, match="task_nobody_there"):
        actions.hand_over(task, to=Role.WORKSHOP_OFFICER, by=contact)
    with pytest.raises(Refused, match="task_nobody_there"):
        actions.hand_over(task, to=Role.LEADER, by=contact)
    assert Task.objects.get(pk=task.pk).state is TaskState.TAKEN


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.CHILD_CONTACT, Role.PARTNER}], ids=lambda role: role.value
)
def test_nobody_else_may_take_it(task, oslo, role):
    with pytest.raises(PermissionDenied):
        actions.take(task, by=situations.an_account(role, at=oslo))


def test_nobody_of_another_unit_may_take_it(task):
    with pytest.raises(PermissionDenied):
        actions.take(task, by=situations.an_account(Role.CHILD_CONTACT, at=situations.a_unit("Agder fengsel")))


def test_only_an_approved_mapper_asks_for_what_was_promised(task, oslo):
    by = situations.an_account(at=oslo, approved=False)
    with pytest.raises(PermissionDenied):
        actions.follow_answers(task.person, origin=task.origin, asked=[], made=[], by=by)


@pytest.mark.parametrize("columns", ["role = 'kartlegger'", "danger = false", "due_at = now() + interval '9 days'"])
def test_the_database_lets_nobody_change_what_was_promised(task, columns):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE tasks_task SET {columns} WHERE uuid = %s", [task.pk])


def test_the_database_gives_a_taken_task_to_nobody_else_and_opens_none_again(task, contact, mapper):
    actions.take(task, by=contact)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE tasks_task SET taken_by_id = %s WHERE uuid = %s", [mapper.pk, task.pk])
    actions.finish(task, outcome=TaskOutcome.REACHED, by=contact)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(
            "UPDATE tasks_task SET done_at = NULL, done_by_id = NULL, outcome = '' WHERE uuid = %s", [task.pk]
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM tasks_task WHERE uuid = %s", [task.pk])


def test_done_without_an_outcome_is_no_row(task, contact):
    task = actions.take(task, by=contact)
    task.done_at = task.due_at
    with pytest.raises(IntegrityError, match="task_done_when_and_how"), transaction.atomic():
        task.save(update_fields=["done_at"])


def test_a_task_that_was_changed_past_us_is_not_taken(task, contact):
    with situations.triggers_off():
        situations.forge(task, due_at=task.made_at.replace(year=2030))
    with pytest.raises(CodeBroken):
        actions.take(task, by=contact)
