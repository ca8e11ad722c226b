"""What somebody of a unit must do about a person, by when. What was answered is sealed; the rest stands in clear."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from brik.people.models import Person
from brik.staff.access import posts_giving
from brik.staff.models import Role, Staff
from brik.tasks.permissions import TasksPermission
from brik.tasks.promises import TASK_ROLES, TaskPromise, every_promise
from brik.tasks.states import TaskOutcome, TaskState
from brik.tasks.takers import may_take
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import TASK


class TaskQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> TaskQuerySet:
        """Those that the user may take, and those taken already by somebody of the same role in the same unit."""
        return self.filter(may_take(user))

    def late_for(self, user: Staff) -> TaskQuerySet:
        """The late ones of the units of which the user learns in a word whether there are any."""
        units = [post.unit_id for post in posts_giving(user, TasksPermission.SEE_LATE)]
        return self.open().filter(due_at__lte=timezone.now(), person__current_stay__unit__in=units)

    def open(self) -> TaskQuerySet:
        """Not done."""
        return self.filter(done_at=None)


class Task(CodedSealedModel):
    """One thing that somebody was promised: who does it follows from its role and where the person is."""

    RECORD_NAME = "task"
    KEEPING = TASK
    KEEPING_ID = "uuid"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # The code of the promise. It says what was answered.
    promise = SealedField()
    # What it comes from: the first interview, of which later ones are corrections.
    origin = models.UUIDField()
    role = models.CharField(max_length=16)
    danger = models.BooleanField()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # None where it ended with the answer that made it.
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=TaskOutcome.choices, blank=True)
    # The one that was handed over, and goes on as this.
    handed_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="handed_to"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            # What is done grows for ever, and no list of what is to be done reads it.
            models.Index(fields=["person", "due_at"], condition=Q(done_at=None), name="task_open"),
            models.Index(fields=["origin"], name="task_by_origin"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="task_done"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=TASK_ROLES), name="task_role_is_known"),
            models.CheckConstraint(condition=Q(due_at__gt=F("made_at")), name="task_is_due_after_it_is_made"),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="task_taken_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, outcome="")
                | Q(
                    done_at__isnull=False, done_by__isnull=False, taken_by__isnull=False, outcome__in=TaskOutcome.values
                )
                | Q(done_at__isnull=False, done_by=None, outcome=TaskOutcome.NOT_WANTED),
                name="task_done_when_and_how",
            ),
        ]

    @property
    def unit_id(self) -> int | None:
        """The unit where the person is, or last was: its staff do it."""
        return self.person.unit_id

    @property
    def state(self) -> TaskState:
        if self.done_at is not None:
            return TaskState.DONE
        return TaskState.NEW if self.taken_by_id is None else TaskState.TAKEN

    @property
    def is_late(self) -> bool:
        """Whether its time has passed and it is not done."""
        return self.done_at is None and self.due_at <= timezone.now()

    @property
    def promised(self) -> TaskPromise | None:
        """What was promised; None where the file no longer has it. Opens the seal."""
        return every_promise().get(self.promise.open())


def new_task(person: Person, promise: TaskPromise, *, origin: UUID) -> Task:
    """A task not saved yet, due so many hours from now."""
    now = timezone.now()
    return Task(
        person=person,
        promise=promise.code,
        origin=origin,
        role=promise.role,
        danger=promise.danger,
        made_at=now,
        due_at=now + timedelta(hours=promise.hours),
    )


__all__ = ["Role", "Task", "TaskOutcome", "TaskQuerySet", "TaskState", "new_task"]
