"""Consents in the database without a talk before them, for tests of what holds when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import LegalStatus
from brik.people.models import Person
from brik.staff.models import Channel, Organisation, OrganisationKind
from brik.vault.canonical import canonical, sha256
from consent.models import Consent, ConsentState, Decision, DecisionAnswer, Direction, LegalBasis, Step, Text
from tests import factories

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())


def organisation(kind: OrganisationKind = OrganisationKind.NAV_STATE, **fields) -> Organisation:
    number = f"9{Organisation.objects.count():08d}"
    return Organisation.objects.create(
        number=number, name=f"Mottaker {number}", kind=kind, **({"channel": Channel.INBOX} | fields)
    )


def legal_basis(kind: str = LegalStatus.CONVICTED, **fields) -> LegalBasis:
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


def text(kind: str = LegalStatus.CONVICTED) -> Text:
    return Text.objects.get_or_create(
        kind=kind, language="nb", version="test", defaults={"body": {}, "sha256": "0" * 64}
    )[0]


def consent(
    person: Person,
    *,
    at: datetime | None = None,
    answers: dict[tuple[Organisation, Theme], DecisionAnswer] | None = None,
    until: datetime | None = None,
    mapped: bool = True,
    outcome: str = ConsentState.GIVEN,
    kind: str = LegalStatus.CONVICTED,
    supersede: bool = True,
) -> Consent:
    """A consent in effect from ``at``; ends those before it, as finishing a talk does."""
    at = at or timezone.now() - timedelta(minutes=1)
    until = until or at + timedelta(days=365)
    document = canonical({"schema": "test", "title": "Test", "language": "nb", "blocks": []})
    row = Consent.objects.create(
        person=person,
        unit_id=person.unit_id,
        kind=kind,
        language="nb",
        text=text(kind),
        legal_basis=legal_basis(kind),
        outcome=outcome,
        held_by=factories.staff(),
        effective_at=at,
        document=document,
        document_sha256=sha256(document),
    )
    if supersede:
        Step.objects.bulk_create(
            Step(person=person, consent=older, state=ConsentState.SUPERSEDED, effective_at=at, actor="test")
            for older in Consent.objects.filter(person=person, effective_at__lte=at).exclude(pk=row.pk)
        )
    answer = DecisionAnswer.PERMIT if mapped else DecisionAnswer.DENY
    Decision.objects.create(
        person=person,
        consent=row,
        direction=Direction.MAP,
        answer=answer,
        effective_at=at,
        until=until if mapped else None,
    )
    for (recipient, theme), decided in (answers or {}).items():
        Decision.objects.create(
            person=person,
            consent=row,
            direction=Direction.DISCLOSE,
            organisation=recipient,
            recipient_kind=recipient.kind,
            theme=theme,
            answer=decided,
            effective_at=at,
            until=until if decided == DecisionAnswer.PERMIT else None,
        )
    return row
