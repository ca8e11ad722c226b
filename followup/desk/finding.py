"""Finding the person a page is about. Whoever may not see a person gets the same answer as if there were none."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from django.http import Http404, HttpRequest

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import Person, Staff

MOST_FOUND = 50


def visible_person(request: HttpRequest, pk: UUID) -> Person:
    """The person, if the user may see people of that unit. Raises ``Http404``; the refusal is an event."""
    user: Staff = request.user  # type: ignore[assignment]
    person = Person.objects.visible_to(user).select_related("current_stay__unit").filter(pk=pk).first()
    if person is None:
        log.record(Verb.REFUSED, by=user, subject=pk, reason="desk")
        raise Http404
    return person


def by_name(user: Staff, term: str) -> list[UUID]:
    """People of the user's units whose name has every word searched for, in the order of their names.

    The names of the units are opened for this request only: one query for the people, one for their keys.
    """
    wanted = _plain(term).split()
    if not wanted:
        return []
    found = []
    for person in Person.objects.visible_to(user).only("uuid", "row_version", "identity").order_by().with_keys():
        aliases = (person.identity.open() or {}).get("aliases") or [] if person.identity else []
        name = _plain(" ".join([person.name, *aliases]))
        if all(word in name for word in wanted):
            found.append((name, person.pk))
    return [pk for _, pk in sorted(found)[: MOST_FOUND + 1]]


def _plain(text: str) -> str:
    """Without accents and capitals, so that «Jose» finds «José»; æ, ø and å stay what they are."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("å", "\x00"))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("\x00", "å")
