"""Every task about somebody, as the extract tells it: what was promised, to which role, and how it ended."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brik.people.models import Person
from brik.staff.models import Role
from brik.tasks.models import Task
from brik.vault.sealing import SealBroken, Shredded
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words


def section(person: Person) -> ExtractSection:
    """Each task, also those that are done."""
    tasks = Task.objects.filter(person=person).order_by("made_at", "pk").with_keys()
    lines = tuple(_line(task) for task in tasks)
    entries = (ExtractEntry("", lines),) if lines else ()
    intro = _("Noen svar gjør at en ansatt får beskjed. Her står hva det var, og hvordan det gikk.")
    return ExtractSection("oppgaver", _("Oppgaver"), entries, intro=intro if lines else "")


def _line(task: Task) -> ExtractLine:
    said = f"{_asked(task)} ({Role(task.role).label})"
    if task.done_at is not None:
        said = _("%(task)s. Gjort %(day)s: %(outcome)s") % {
            "task": said,
            "day": day_words(task.done_at),
            "outcome": task.get_outcome_display().lower(),
        }
    return ExtractLine(day_words(task.made_at), said)


def _asked(task: Task) -> str:
    """What was to be done, in words."""
    try:
        promise = task.promised
    except Shredded:
        return _("Slettet")
    except SealBroken:
        return _("Kan ikke vises")
    return promise.in_words(promise.task) if promise else _("Kan ikke vises")
