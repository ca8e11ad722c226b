"""Who is told something about a person: one row for each recipient, with the one thing to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from brik.mapping.models import InterviewState, Mapping
from brik.people.models import Person
from brik.staff.models import OrganisationKind
from consent.models import DecisionAnswer
from followup.sharing.pages.offers import Offer, permitted
from followup.sharing.pages.overview import DeliveryRow, Overview


@dataclass(frozen=True)
class RecipientRow:
    """One recipient; ``action`` and ``url`` are the one thing to do, empty where there is none."""

    name: str
    themes: str = ""
    shared_at: datetime | None = None
    # Gives the tag its colour; empty where the state calls for no look.
    code: str = ""
    state: str = ""
    # What came back last, and when.
    answer: str = ""
    answered_at: datetime | None = None
    action: str = ""
    url: str = ""


def recipient_rows(
    person: Person, overview: Overview, answers: ReadOnly[str, Collection[str]] | None
) -> list[RecipientRow]:
    """Those who have something, those who may get something, and those whom the consent says no to.

    ``answers``: what the standing consent answers about each kind of recipient; None without one. Where there is no
    interview to share yet, those whom it says yes to wait for one: three queries.
    """
    everything = reverse("sharing:deliveries", args=[person.pk])
    newest: dict[int, DeliveryRow] = {}
    for row in overview.rows:
        newest.setdefault(row.delivery.organisation_id, row)
    shown = [_shared(row, overview.mapping, everything) for row in newest.values()]
    ready = overview.mapping is not None and overview.mapping.state == InterviewState.FINAL
    possible = overview.unshared if ready or answers is None else permitted(person.pk)
    offered = [offer for offer in possible if offer.organisation.pk not in newest]
    shown += [_offered(offer, overview.mapping if ready else None) for offer in offered]
    known = {row.delivery.organisation.kind for row in newest.values()} | {offer.organisation.kind for offer in offered}
    return shown + [
        RecipientRow(_(OrganisationKind(kind).entry.staff_label), state=state)
        for kind, state in _answered(answers or {})
        if kind not in known
    ]


def _shared(row: DeliveryRow, mapping: Mapping | None, everything: str) -> RecipientRow:
    answer = row.answers[0] if row.answers else None
    offer = row.again or row.offer
    if row.late:
        action, url = _("Følg opp"), everything
    elif mapping is not None and row.again is not None:
        action, url = _("Del på nytt"), reverse("sharing:preview", args=[mapping.pk, row.again.organisation.pk])
    elif row.steps:
        action, url = _("Se sendingen"), everything
    elif mapping is not None and offer is not None:
        action, url = _("Se det de kan få"), reverse("sharing:preview", args=[mapping.pk, offer.organisation.pk])
    else:
        action, url = "", ""
    return RecipientRow(
        name=row.recipient,
        themes=", ".join(row.themes),
        shared_at=row.delivery.created_at,
        code="OVERDUE" if row.late else row.code,
        state=_("Forsinket") if row.late else row.label,
        answer=answer.words if answer else "",
        answered_at=answer.given_at if answer else None,
        action=action,
        url=url,
    )


def _offered(offer: Offer, mapping: Mapping | None) -> RecipientRow:
    if offer.held:
        code, state = "PARKED", _("Holdes tilbake")
    elif offer.older_at:
        code, state = "DUE", _("Har en eldre utgave")
    elif mapping is None:
        code, state = "NONE", _("Når kartleggingen er ferdig")
    else:
        code, state = "NONE", _("Ikke delt ennå")
    return RecipientRow(
        name=offer.name,
        themes=", ".join(offer.themes),
        code=code,
        state=state,
        action=_("Se og del") if mapping else "",
        url=reverse("sharing:preview", args=[mapping.pk, offer.organisation.pk]) if mapping else "",
    )


def _answered(answers: ReadOnly[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    """The kinds of recipient a consent has an answer about, with what it is to those who may be told nothing now."""
    for kind in OrganisationKind:
        said = set(answers.get(kind.value, ()))
        if said == {DecisionAnswer.DENY}:
            yield kind.value, _("Deles ikke")
        elif DecisionAnswer.PERMIT in said:
            # Taken back since, or nobody of this kind can be reached.
            yield kind.value, _("Deles ikke nå")
