"""The page of tasks, and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages.refusal import WayOn, leads_on
from brik.staff.access import found_or_404, permission_required, posts_giving
from brik.staff.accounts import StaffRequest
from brik.staff.pages import broken_rows
from brik.tasks import actions, task_list
from brik.tasks.forms import FinishForm, HandOverForm
from brik.tasks.models import Task
from brik.tasks.permissions import TasksPermission
from brik.tasks.states import TaskOutcome
from brik.tasks.takers import present_in

# What a form of the page of one task does.
FINISH, PASS_ON = "gjort", "gi-videre"


def _ways_on(**_kwargs: Any) -> list[WayOn]:
    return [WayOn(_("Til oppgavene"), reverse("tasks:listed"))]


@require_GET
@permission_required(TasksPermission.OPEN)
def listed(request: StaffRequest) -> HttpResponse:
    """What is to be done by my roles in my unit, late first; for a leader in a word whether anything is late."""
    broken: set[UUID] = set()
    page = task_list.task_page(request.user, request.GET.get("side", "1"), broken=broken)
    late = task_list.late_word(request.user)
    log.record(Verb.TASKS_LISTED, by=request.user)
    broken_rows.note(request, broken)
    shown = {
        "page": page,
        "groups": task_list.groups(page.object_list),
        "takes": bool(posts_giving(request.user, TasksPermission.TAKE)),
        "late": late,
        "late_sentence": task_list.LATE_SENTENCES[late] if late else "",
    }
    return render(request, "tasks/list.html", shown)


@leads_on(_ways_on)
@require_http_methods(["GET", "POST"])
@permission_required(TasksPermission.TAKE)
def task(request: StaffRequest, task: UUID) -> HttpResponse:
    """One task: what is to be done, by when, and who has taken it; whoever has says how it went, or passes it on."""
    visible = Task.objects.visible_to(request.user).select_related("person__current_stay")
    found = found_or_404(visible, task)
    sent = request.POST.get("do", "")
    finishing = FinishForm(request.POST if sent == FINISH else None)
    passing = HandOverForm(request.POST if sent == PASS_ON else None, roles=_roles_of(found))
    if finishing.is_valid():
        actions.finish(found, outcome=TaskOutcome(finishing.cleaned_data["outcome"]), by=request.user)
        notices.success(request, _("Oppgaven er gjort."))
        return redirect("tasks:listed")
    if passing.is_valid():
        actions.hand_over(found, to=passing.to(), by=request.user)
        notices.success(request, _("Oppgaven er gitt videre."))
        return redirect("tasks:listed")
    log.record(Verb.TASK_READ, by=request.user, subject=found.person_id, obj=found)
    broken: set[UUID] = set()
    (line,) = task_list.lines(Task.objects.visible_to(request.user).filter(pk=found.pk), request.user, broken=broken)
    broken_rows.note(request, broken)
    return render(request, "tasks/task.html", {"line": line, "finishing": finishing, "passing": passing})


@leads_on(_ways_on)
@require_POST
@permission_required(TasksPermission.TAKE)
def take(request: StaffRequest, task: UUID) -> HttpResponse:
    """Take it; in a second tab it is taken already, and the page says the same."""
    taken = actions.take(found_or_404(Task.objects.visible_to(request.user), task), by=request.user)
    return redirect("tasks:task", task=taken.pk)


def _roles_of(found: Task) -> set[str]:
    """The roles it may be passed on to."""
    unit = found.person.known_stay.unit_id
    return set(present_in([unit])[unit]) - {found.role}
