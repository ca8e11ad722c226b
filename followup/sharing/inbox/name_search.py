"""Finds a summary in one's own inbox by the name of the person, or by the reference on the sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from brik.audit import log
from brik.audit.verbs import Verb
from brik.definitions.name_comparison import find_words, folded
from brik.pages.forms import PageForm, TextField
from brik.people.models import Person
from brik.people.name_search import LONGEST
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault import keys
from followup.sharing.disclosure.clearance import clearances
from followup.sharing.disclosure.deliveries import DeliveryQuerySet
from followup.sharing.inbox.inbox import InboxLine, at_one_moment, lines_of
from followup.sharing.models import Delivery, Disclosure
from followup.sharing.permissions import SharingPermission

MOST_FOUND = 25
_REFERENCE = re.compile(r"[A-Z0-9]{5}-[A-Z0-9]{5}")


class InboxSearchForm(PageForm):
    """A name, or the reference on a sheet. No number: the partner is told at most one of the person's."""

    marks = "none"
    q = TextField(
        label=_("Søk i innboksen"),
        hint=_("Hele eller deler av navnet, eller referansen på arket."),
        missing=_("Skriv et navn eller en referanse å søke etter."),
        min_length=2,
        printed=False,
        max_length=None,
        error_messages={"min_length": _("Skriv minst to tegn.")},
    )


@dataclass(frozen=True)
class InboxFound:
    """The lines that were found, whether there are more, and whose names do not open."""

    lines: list[InboxLine] = field(default_factory=list)
    too_many: bool = False
    broken: set[UUID] = field(default_factory=set)


def matching(user: Staff, text: str) -> InboxFound:
    """What lies in the user's inbox, archived or not, about people whose name holds every word of ``text``.

    Only the name that the summary shows is searched, and only of what may be read now. Writes an event, which keeps a
    keyed hash of the words. Names are opened during the call and not kept.
    """
    require(user, SharingPermission.INBOX)
    text = text[:LONGEST].strip()
    log.record(Verb.PEOPLE_SEARCHED, by=user, term_hash=keys.lookup_hash("people.search", folded(text)))
    return at_one_moment(lambda: _matching(user, text))


def _matching(user: Staff, text: str) -> InboxFound:
    deliveries = Delivery.objects.in_inbox_of(user).select_related("assigned_to").order_by("-pk")
    broken: set[UUID] = set()
    if _REFERENCE.fullmatch(text.upper()):
        deliveries = deliveries.filter(disclosure__reference=text.upper())
    else:
        deliveries = deliveries.filter(person__in=_called(text, deliveries, broken))
    rows = list(deliveries[: MOST_FOUND + 1])
    return InboxFound(lines_of(rows[:MOST_FOUND]), len(rows) > MOST_FOUND, broken)


def _called(text: str, deliveries: DeliveryQuerySet, broken: set[UUID]) -> list[UUID]:
    """The people with such a name, among those of whom something may be read now."""
    disclosures = list(Disclosure.objects.filter(pk__in=deliveries.order_by().values("disclosure")).defer("payload"))
    cleared = clearances((row.person_id, row.organisation_id) for row in disclosures)
    may_read = {row.person_id for row in disclosures if cleared[row.person_id, row.organisation_id].allows(row)}
    people, names = list[UUID](), list[str]()
    for pk, identity in Person.objects.filter(pk__in=may_read).order_by().opened("identity", broken=broken):
        if identity is not None:
            people.append(pk)
            names.append(" ".join([identity["given"], identity.get("middle", ""), identity["family"]]))
    return [people[place] for place in find_words(text, names)]
