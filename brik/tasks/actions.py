"""Everything that changes in this room: what is promised is asked for, and somebody takes, does or passes on a task."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import Role, Staff
from brik.tasks.models import Task, new_task
from brik.tasks.permissions import TasksPermission
from brik.tasks.promises import TaskPromise
from brik.tasks.refusals import TaskRefusal
from brik.tasks.states import CHOSEN, MOVES, TaskOutcome, TaskState
from brik.tasks.takers import is_open_to, present_in
from brik.vault.sealing import Shredded


@transaction.atomic
def follow_answers(
    person: Person, *, origin: UUID, asked: Collection[TaskPromise], made: Collection[TaskPromise], by: Staff
) -> list[Task]:
    """Ask for what answers promise, once for each interview with its corrections; end what they promise no longer.

    ``asked`` is what these answers could promise, ``made`` what they do. The caller holds the lock on the interview.
    Gives the new tasks.
    """
    require(by, TasksPermission.MAKE, person)
    if not asked:
        return []
    latest = _latest(person, origin)
    for promise in asked:
        task = latest.get(promise.code)
        if promise not in made and task is not None and task.state is not TaskState.DONE:
            _end(task, TaskOutcome.NOT_WANTED, done_by=None)
            log.record(Verb.TASK_DONE, by=by, subject=person.pk, obj=task, reason=Reason.ANSWER_CHANGED)
    tasks = []
    for promise in made:
        task = latest.get(promise.code)
        # One that ended with its answer is asked for anew when the answer comes back; any other stands.
        if task is None or (task.state is TaskState.DONE and task.done_by_id is None):
            tasks.append(_make(new_task(person, promise, origin=origin), by=by))
    return tasks


@transaction.atomic
def take(task: Task, *, by: Staff) -> Task:
    """Take a task. Doing it twice changes nothing.

    Raises:
        PermissionDenied: it is not for ``by``.
        Refused: a colleague has it, or it is done.
    """
    task = _lock(task, by=by)
    if task.taken_by_id == by.pk and task.state is TaskState.TAKEN:
        return task
    _demand_move(task, TaskState.TAKEN)
    task.taken_by, task.taken_at = by, timezone.now()
    _reseal(task)
    log.record(Verb.TASK_TAKEN, by=by, subject=task.person_id, obj=task)
    return task


@transaction.atomic
def finish(task: Task, *, outcome: TaskOutcome, by: Staff) -> Task:
    """Say how a task that ``by`` has taken ended. Doing it twice changes nothing.

    Raises:
        PermissionDenied: it is not for ``by``.
        Refused: ``by`` has not taken it, or it ended otherwise.
    """
    task = _lock(task, by=by)
    if task.state is TaskState.DONE and (task.done_by_id, task.outcome) == (by.pk, outcome):
        return task
    if outcome not in CHOSEN:
        raise ValueError(outcome)
    _demand_own(task, by=by)
    _end(task, outcome, done_by=by)
    log.record(Verb.TASK_DONE, by=by, subject=task.person_id, obj=task, reason=outcome.name.lower())
    return task


@transaction.atomic
def hand_over(task: Task, *, to: Role, by: Staff) -> Task:
    """End a task that ``by`` has taken, and let it go on as a new one of another role, due at the same time.

    Raises:
        PermissionDenied: it is not for ``by``.
        Refused: ``by`` has not taken it, it is done, or nobody in the unit holds the role.
    """
    task = _lock(task, by=by)
    _demand_own(task, by=by)
    if not is_open_to(to) or to not in present_in([task.person.known_stay.unit_id])[task.person.known_stay.unit_id]:
        raise Refused(TaskRefusal.NOBODY_THERE)
    _end(task, TaskOutcome.HANDED_ON, done_by=by)
    log.record(Verb.TASK_DONE, by=by, subject=task.person_id, obj=task, reason=TaskOutcome.HANDED_ON.name.lower())
    onward = Task(
        person=task.person,
        promise=task.promise.open(),
        origin=task.origin,
        role=to,
        danger=task.danger,
        made_at=task.made_at,
        due_at=task.due_at,
        handed_from=task,
    )
    return _make(onward, by=by)


def _make(task: Task, *, by: Staff) -> Task:
    task.save(force_insert=True)
    log.record(Verb.TASK_MADE, by=by, subject=task.person_id, obj=task)
    return task


def _end(task: Task, outcome: TaskOutcome, *, done_by: Staff | None) -> None:
    _demand_move(task, TaskState.DONE)
    task.done_at, task.done_by, task.outcome = timezone.now(), done_by, outcome
    _reseal(task)


def _reseal(task: Task) -> None:
    """Save with a new version, so that the row of an earlier state is no longer current."""
    task.promise = task.promise.open()
    task.save(update_fields=["taken_by", "taken_at", "done_at", "done_by", "outcome"])


def _latest(person: Person, origin: UUID) -> dict[str, Task]:
    """The newest task of each promise that comes from there, locked. One that has been destroyed is nobody's."""
    rows = Task.objects.select_for_update(of=("self",), no_key=True).filter(person=person, origin=origin)
    latest: dict[str, Task] = {}
    for task in rows.order_by("made_at", "row_version", "pk").with_keys():
        task.demand_code()
        try:
            code = task.promise.open()
        except Shredded:
            continue
        # Of two of one promise the one that goes on counts.
        if code not in latest or latest[code].state is TaskState.DONE:
            latest[code] = task
    return latest


def _lock(task: Task, *, by: Staff) -> Task:
    """The task and whose it is as they are now, under the person's lock. Raises ``PermissionDenied``."""
    require(by, TasksPermission.TAKE)
    Person.objects.lock(task.person_id)
    rows = Task.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    locked: Task | None = rows.select_related("person__current_stay").filter(pk=task.pk).first()
    if locked is None:
        raise PermissionDenied(TasksPermission.TAKE)
    locked.demand_code()
    return locked


def _demand_move(task: Task, to: TaskState) -> None:
    if to not in MOVES[task.state]:
        raise Refused(TaskRefusal.DONE if task.state is TaskState.DONE else TaskRefusal.TAKEN)


def _demand_own(task: Task, *, by: Staff) -> None:
    _demand_move(task, TaskState.DONE)
    if task.taken_by_id != by.pk:
        raise Refused(TaskRefusal.NOT_YOURS)
