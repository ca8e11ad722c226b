"""The page of tasks: what is to be done by the user's roles, late first, and for the leader a word on the unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import may, posts_giving
from brik.staff.models import Staff
from brik.tasks.due_words import HEADINGS, DueGroup, DueWords, due_words
from brik.tasks.models import Task, TaskQuerySet
from brik.tasks.permissions import TasksPermission
from brik.tasks.promises import TaskPromise
from brik.tasks.takers import officer_named, present_in, taker
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken

PAGE_SIZE = 25
# From so many on the leader reads the same.
MANY = 5


class LateWord(StrEnum):
    """How many tasks of a unit are late, as the leader reads it: never a number."""

    NONE = "none"
    SOME = "some"
    MANY = "many"


LATE_SENTENCES = {
    LateWord.NONE: _("Ingen oppgaver er over fristen."),
    LateWord.SOME: _("Noen oppgaver er over fristen."),
    LateWord.MANY: _("Fem eller flere oppgaver er over fristen."),
}


@dataclass(frozen=True)
class TaskLine:
    """One task of the list. Holds a name in clear while the page is drawn."""

    task: Task
    # None where the row, or what the person is called, does not open or is not what was saved.
    name: str | None
    words: str
    due: DueWords
    mine: bool
    # Whether the name leads to the page of the person.
    leads_on: bool


@dataclass(frozen=True)
class ToldLine:
    """What the page of the interview says of a task: who has been told, and by when it is done."""

    sentence: str
    task: Task


def task_page(user: Staff, number: str, *, broken: set[UUID]) -> Page:
    """One page of the tasks that are not done and that the user may take or has taken."""
    ordered = Task.objects.visible_to(user).open().order_by("due_at", "pk")
    page = Paginator(ordered.values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    rows = Task.objects.visible_to(user).filter(pk__in=list(page.object_list)).order_by("due_at", "pk")
    page.object_list = lines(rows, user, broken=broken)
    return page


def lines(rows: TaskQuerySet, user: Staff, *, broken: set[UUID]) -> list[TaskLine]:
    """The tasks with the names of the people. Those whose task or name does not open are added to ``broken``."""
    tasks = list(rows.select_related("person__current_stay", "taken_by").with_keys())
    now = timezone.now()
    return [_line(task, user, broken=broken, due=due_words(task.due_at, now=now)) for task in tasks]


def groups(found: Iterable[TaskLine]) -> list[tuple[str, DueGroup, list[TaskLine]]]:
    """The lines under their headings, in order; a heading without lines is left out."""
    by_group: dict[DueGroup, list[TaskLine]] = {}
    for line in found:
        by_group.setdefault(line.due.group, []).append(line)
    return [(str(HEADINGS[group]), group, by_group[group]) for group in DueGroup if group in by_group]


def late_word(user: Staff) -> LateWord | None:
    """Whether tasks of the user's units are late; None for those who do not learn it. Reads no more than five rows."""
    if not posts_giving(user, TasksPermission.SEE_LATE):
        return None
    late = len(Task.objects.late_for(user).order_by().values_list("pk")[:MANY])
    return LateWord.MANY if late >= MANY else LateWord.SOME if late else LateWord.NONE


def told(person: Person, origin: UUID) -> list[ToldLine]:
    """What was asked for because of an interview and is not done: who has been told. One query where nothing was."""
    rows = Task.objects.open().filter(person=person, origin=origin).annotate(named=officer_named())
    tasks = list(rows.order_by("due_at", "pk").select_related("person__current_stay").with_keys())
    if not tasks:
        return []
    unit = person.unit_id or 0
    present = present_in([unit])
    return [
        ToldLine(promise.in_words(promise.told).format(role=role.label), task)
        for task in tasks
        if (promise := task.promised) and (role := taker(task.role, present[unit], officer_named=vars(task)["named"]))
    ]


def _line(task: Task, user: Staff, *, broken: set[UUID], due: DueWords) -> TaskLine:
    name, words = None, ""
    try:
        proved([task, task.person])
        promise: TaskPromise | None = task.promised
        name, words = task.person.name, promise.in_words(promise.task) if promise else ""
    except SealBroken:
        broken.add(task.person_id)
    leads_on = name is not None and may(user, PeoplePermission.SEE_PEOPLE, task)
    return TaskLine(task, name, words, due, task.taken_by_id == user.pk, leads_on)
