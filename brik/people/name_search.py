"""Finding people by number or by name among those one may see. What was searched for is remembered as a keyed hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from brik.audit import log
from brik.audit.verbs import Verb
from brik.definitions.name_comparison import find_words, folded
from brik.people.identifiers.numbers import recognise
from brik.people.models import Identifier
from brik.vault import keys

if TYPE_CHECKING:
    from brik.people.persons import PersonQuerySet
    from brik.staff.accounts import Staff

LONGEST = 100


class Found(NamedTuple):
    """Whom a search found, and whose names could not be searched because they do not open."""

    people: list[UUID]
    broken: set[UUID]


def matching(visible: PersonQuerySet, text: str, *, by: Staff) -> Found:
    """Those of ``visible`` whose number is ``text``, or whose names hold every word of it, however written.

    The search is an event.
    Names are opened for the length of the call and kept nowhere. Raises ``SealBroken`` when a number finds a row that
    does not hold it.
    """
    text = text[:LONGEST].replace("\x00", "")
    number = recognise(text)
    term = number.value if number else folded(text)
    if not term:
        return Found([], set())
    log.record(Verb.PEOPLE_SEARCHED, by=by, term_hash=keys.lookup_hash("people.search", term))
    if number:
        holding = Identifier.objects.filter(person__in=visible).holding([number])
        return Found([row.person_id for row in holding.values()], set())
    people, names, broken = list[UUID](), list[str](), set[UUID]()
    for pk, known in visible.order_by().opened("identity", broken=broken):
        if known is not None:
            people.append(pk)
            parts = [known["given"], known.get("middle", ""), known["family"], *known.get("aliases", [])]
            names.append(" ".join(parts))
    return Found([people[place] for place in find_words(text, names)], broken)
