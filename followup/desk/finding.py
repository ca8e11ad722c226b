"""Finding the person a page is about. Whoever may not see a person gets the same answer as if there were none."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import Person, Staff


def visible_person(request: HttpRequest, pk: UUID) -> Person:
    """The person, if the user may see people of that unit. Raises ``Http404``; the refusal is an event."""
    user: Staff = request.user  # type: ignore[assignment]
    person = Person.objects.visible_to(user).select_related("current_stay__unit").filter(pk=pk).first()
    if person is None:
        log.record(Verb.REFUSED, by=user, subject=pk, reason="desk")
        raise Http404
    return person
