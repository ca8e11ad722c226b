"""The worklist."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.definitions.name_order import in_order
from brik.mapping.record import closed_work
from brik.people.models import Person
from brik.people.name_search import Found, matching
from brik.people.permissions import PeoplePermission
from brik.staff.access import may, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.pages import broken_rows
from followup.desk.worklist.filters import Narrowing
from followup.desk.worklist.late_people import late_people
from followup.desk.worklist.people_order import page as worklist_page
from followup.desk.worklist.people_order import tab_counts
from followup.desk.worklist.rows import rows
from followup.desk.worklist.search_form import SearchForm

MOST_FOUND = 50


@require_http_methods(["GET", "POST"])
@permission_required(PeoplePermission.SEE_PEOPLE)
def worklist(request: StaffRequest) -> HttpResponse:
    """The list of a unit. A POST searches all the user's units; the search words are then in no address."""
    narrowing = Narrowing.read(request.GET.dict(), request.user)
    shown: dict[str, Any] = {}
    form = SearchForm(request.POST or None)
    notices = closed_work.unseen(request.user)
    shown |= {"form": form, "notices": notices, "late": late_people(request.user)}
    shown["may_register"] = may(request.user, PeoplePermission.REGISTER_PERSON)
    if form.is_valid():
        matches = matching(Person.objects.visible_to(request.user), form.cleaned_data["q"], by=request.user)
        lines = in_order(rows(matches.people[:MOST_FOUND], request.user), lambda row: row.name)
        shown |= {"found": lines, "too_many": len(matches.people) > MOST_FOUND, "not_searched": len(matches.broken)}
    else:
        counts = tab_counts(request.user, narrowing)
        narrowing = narrowing.on_tab(counts)
        shown["tabs"] = [(tab.code, tab.label, number, tab is narrowing.tab) for tab, number in counts.items()]
        shown["page"] = worklist_page(
            request.user, narrowing, request.GET.get("side", "1"), whole="alle" in request.GET
        )
        lines, matches = shown["page"].object_list, Found([], set())
        log.record(Verb.PEOPLE_LISTED, by=request.user)
    unnamed = {notice.person_id for notice in notices if notice.name is None}
    broken_rows.note(request, unnamed | matches.broken | {row.person.pk for row in lines if row.broken})
    return render(request, "desk/worklist.html", shown | {"narrowing": narrowing})
