"""The leader's pages: everybody with restrictions, and the answer about one of them.

They ask neither for consents nor for interviews or shares, so that they are the same whatever a person has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import refusal
from brik.pages.refusal import Refused
from brik.pages.unsaved.typed_words import types_in
from brik.people import protection
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.people.rulings import kind_names
from brik.people.safeguards import Safeguard, safeguard_of, safeguards
from brik.staff.access import found_or_404, may, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.pages.broken_rows import note
from brik.vault.sealing import SealBroken
from followup.desk.restrictions import actions
from followup.desk.restrictions.ruling_forms import RulingForm


@dataclass(frozen=True)
class RestrictedPerson:
    """One line of the list. Without words where the protection does not open."""

    person: Person
    name: str | None
    restrictions: str
    safeguard: Safeguard

    @property
    def kinds(self) -> list[str]:
        """The labels of those that may be told something."""
        return kind_names(self.safeguard.kinds)

    @property
    def last_day(self) -> date | None:
        """The last whole day of the ruling that stands."""
        return self.safeguard.last_day


@require_GET
@permission_required(PeoplePermission.RULE_ON_RESTRICTIONS)
def restrictions(request: StaffRequest) -> HttpResponse:
    """Everybody with restrictions in the user's units: first those that wait for an answer."""
    people = Person.objects.visible_to(request.user).restricted_for(request.user).with_stay().with_keys()
    protected = safeguards(person.pk for person in people)
    lines = [_line(person, protected[person.pk]) for person in people]
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.RESTRICTIONS)
    note(request, {line.person.pk for line in lines if line.name is None})
    shown = {
        "open": [line for line in lines if line.safeguard.waits],
        "answered": [line for line in lines if not line.safeguard.waits],
    }
    return render(request, "desk/restrictions.html", shown)


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.RULE_ON_RESTRICTIONS)
@types_in(RulingForm)
def rule(request: StaffRequest, person: UUID) -> HttpResponse:
    """The answer about one person. When restrictions or ruling have changed since, the page says so and asks anew."""
    someone = found_or_404(Person.objects.visible_to(request.user).restricted_for(request.user).with_stay(), person)
    if not may(request.user, PeoplePermission.RULE_ON_RESTRICTIONS, someone):
        raise Http404
    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone, reason=Reason.RESTRICTIONS)
    form = RulingForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.rule(
                someone,
                about=_moment(request.POST.get("about", "")),
                last_seen=request.POST.get("last_seen", ""),
                **form.values(),
                by=request.user,
            )
        except Refused as refused:
            refusal.record(request, refused)
            status = 409
        else:
            notices.success(request, _("Svaret er lagret og gjelder fra nå av."))
            return redirect("desk:restrictions")
    elif form.errors:
        status = 422
    page = {
        "form": form,
        "person": someone,
        "line": _line(someone, safeguard_of(someone.pk)),
        "about": someone.restricted_at.isoformat() if someone.restricted_at else "",
        "last_seen": request.POST.get("last_seen", "") if status == 422 else _newest(someone),
        "overtaken": status == 409,
    }
    return render(request, "desk/rule.html", page, status=status)


def _newest(person: Person) -> str:
    """The key of the newest ruling about the present restrictions, "" without one."""
    ruling = person.rulings.filter(about=person.restricted_at).first() if person.restricted_at else None
    return str(ruling.pk) if ruling is not None else ""


def _line(person: Person, safeguard: Safeguard) -> RestrictedPerson:
    try:
        return RestrictedPerson(person, person.name, protection.restriction_names(person), safeguard)
    except SealBroken:
        return RestrictedPerson(person, None, "", safeguard)


def _moment(about: str) -> datetime:
    """The moment of the restrictions the leader saw; the beginning of time, which is nobody's, for anything else."""
    try:
        moment = parse_datetime(about)
    except ValueError:
        moment = None
    return moment if moment is not None and moment.tzinfo is not None else datetime.min.replace(tzinfo=UTC)
