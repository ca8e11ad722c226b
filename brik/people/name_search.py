"""Finds people by number or name among those a user may see. The log keeps a keyed hash of the search term."""

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

# A name has three parts of at most 120 letters. What is typed after that is not searched for.
LONGEST = 400


class Found(NamedTuple):
    """The people a search found, and those whose names do not open and could not be searched."""

    people: list[UUID]
    broken: set[UUID]


def matching(visible: PersonQuerySet, text: str, *, by: Staff) -> Found:
    """The people of ``visible`` whose number is ``text``, or whose names hold every word of it in any spelling.

    Writes an event. Names are opened during the call and not kept. Raises ``SealBroken`` when the row found by a number
    does not hold that number.
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
    for pk, identity in visible.order_by().opened("identity", broken=broken):
        if identity is not None:
            people.append(pk)
            parts = [identity["given"], identity.get("middle", ""), identity["family"], *identity.get("aliases", [])]
            names.append(" ".join(parts))
    return Found([people[place] for place in find_words(text, names)], broken)
