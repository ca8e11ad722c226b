"""Organisations, legal bases, and consents without a talk before them, for tests of what holds when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import LegalStatus
from brik.people.models import Person
from brik.staff.models import Channel, Organisation, OrganisationKind
from brik.vault.canonical import canonical, sha256
from consent.models import Consent, ConsentState, Decision, DecisionAnswer, Direction, LegalBasis, Step, Text
from consent.record.document_writing import rows_of
from consent.record.endings import EndCause
from tests.situations.person import an_account

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())

# What a recipient in use must have.
IN_USE: dict[str, Any] = {
    "legal_basis": "Hjemmel for tester",
    "contact": "mottak@eksempel.example",
    "retention_months": 6,
    "active": True,
}


def an_organisation(kind: OrganisationKind | str = OrganisationKind.NAV_STATE, **fields) -> Organisation:
    """A recipient with an inbox that is in use, unless told otherwise. Rows: a new one takes two people."""
    number = f"9{Organisation.objects.count():08d}"
    named = {"number": number, "name": f"Mottaker {number}", "channel": Channel.INBOX}
    return Organisation.objects.create(kind=kind, **(named | IN_USE | fields))


def a_case_system(**fields) -> Organisation:
    """The recipient that is sent messages. Rows."""
    return an_organisation(OrganisationKind.CASE_SYSTEM, channel=Channel.MESSAGE, **fields)


def a_legal_basis(kind: str = LegalStatus.CONVICTED, **fields) -> LegalBasis:
    """The legal basis of the tests for this kind of talk, in force for long. Rows."""
    found = LegalBasis.objects.filter(kind=kind, regulation="Forskrift for tester").first()
    return found or LegalBasis.objects.create(
        **(
            {
                "kind": kind,
                "regulation": "Forskrift for tester",
                "since": LONG_AGO.date(),
                "decided_by": "Testene",
            }
            | fields
        )
    )


def a_text(kind: str = LegalStatus.CONVICTED) -> Text:
    """A published consent text with nothing in it, older than any of the house. Rows."""
    return Text.objects.get_or_create(
        kind=kind, language="nb", version="0.1", defaults={"body": {}, "sha256": "0" * 64}
    )[0]


def a_consent(
    person: Person,
    *,
    at: datetime | None = None,
    answers: dict[tuple[Organisation, Theme], DecisionAnswer] | None = None,
    until: datetime | None = None,
    mapped: bool = True,
    outcome: str = ConsentState.GIVEN,
    kind: str = LegalStatus.CONVICTED,
    supersede: bool = True,
    ends: dict[Theme, datetime] | None = None,
    plan: DecisionAnswer | None = None,
) -> Consent:
    """A consent in effect from ``at``, which ends those before it; no interview is opened.

    ``ends``: what is said yes to about these themes ends at another moment than ``until``. ``plan``: what was answered
    to a plan; None where nobody asked.

    Rows, since a talk is held now and a test of what holds when needs any moment.
    ``tests/consent/test_situations.py`` compares them with those that finishing a talk writes.
    """
    at = at or timezone.now() - timedelta(minutes=1)
    until = until or at + timedelta(days=365)
    leader, text, basis, pk = an_account(), a_text(kind), a_legal_basis(kind), uuid4()
    rows = [_row(Direction.MAP, DecisionAnswer.PERMIT if mapped else DecisionAnswer.DENY, until)]
    rows += [] if plan is None else [_row(Direction.PLAN, plan, until)]
    rows += [
        _row(
            Direction.DISCLOSE,
            decided,
            (ends or {}).get(theme, until),
            organisation=recipient.pk,
            recipient_kind=recipient.kind,
            theme=theme,
        )
        for (recipient, theme), decided in (answers or {}).items()
    ]
    document = canonical(
        {
            "schema": "test",
            "consent": str(pk),
            "person": str(person.pk),
            "kind": kind,
            "language": "nb",
            "title": "Test",
            "text": {"version": text.version, "sha256": text.sha256},
            "basis": {"regulation": basis.regulation, "demonstration": basis.demonstration},
            "outcome": outcome,
            "effective_at": at.isoformat(),
            "signature": {"sha256": ""},
            "decisions": rows,
            "blocks": [],
        }
    )
    consent = Consent.objects.create(
        uuid=pk,
        person=person,
        unit_id=person.unit_id,
        kind=kind,
        language="nb",
        text=text,
        legal_basis=basis,
        outcome=outcome,
        held_by=leader,
        effective_at=at,
        document=document,
        document_sha256=sha256(document),
    )
    common = {"person": person, "effective_at": at, "actor": leader.actor_id}
    new = [Step(consent=consent, state=state, **common) for state in (ConsentState.PRESENTED, outcome)]
    if supersede:
        standing = Consent.objects.with_end(at).filter(person=person, effective_at__lte=at, ended_as=None)
        new += [
            Step(consent=older, state=ConsentState.SUPERSEDED, **common) for older in standing.exclude(pk=consent.pk)
        ]
    Step.objects.bulk_create(new)
    Decision.objects.bulk_create(
        Decision(person=person, consent=consent, effective_at=at, **rows_of(row)) for row in rows
    )
    verb = Verb.CONSENT_REFUSED if outcome == ConsentState.REFUSED else Verb.CONSENT_GIVEN
    log.record(verb, by=leader, subject=person.pk, obj=consent)
    return consent


def _row(direction: Direction, answer: DecisionAnswer, until: datetime, **about: Any) -> dict[str, Any]:
    """A decision as it stands in the document."""
    ends = until.isoformat() if answer == DecisionAnswer.PERMIT else None
    empty = {"organisation": None, "recipient_kind": "", "source": None, "theme": ""}
    return empty | {"direction": direction, "answer": answer, "until": ends} | about


def let_expire(person: Person) -> None:
    """The person's consents run out now. Rows: the action ends only what has run out already."""
    now = timezone.now()
    for consent in Consent.objects.with_end(now).filter(person=person, ended_as=None):
        Step.objects.create(
            person=person,
            consent=consent,
            state=ConsentState.EXPIRED,
            effective_at=now,
            actor="test",
            cause=EndCause.EXPIRED,
        )


def a_permit(
    person: Person,
    *organisations: Organisation,
    themes: Iterable[Theme] = (Theme.BOLIG,),
    at: datetime | None = None,
    until: datetime | None = None,
) -> Consent:
    """A consent that permits these recipients these themes. Rows, as ``a_consent``."""
    themes = tuple(themes)
    yes = {(organisation, theme): DecisionAnswer.PERMIT for organisation in organisations for theme in themes}
    return a_consent(person, answers=yes, at=at, until=until)
