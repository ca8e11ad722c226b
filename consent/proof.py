"""Proves that what covers a share is what the person signed, and that nothing that ended it has been taken away.

``covers`` believes the rows. Whoever can write to the database can write rows, but no document that opens. So before
something leaves or is read by a recipient, the rows are compared with the sealed document, and with the events: they
tell of every talk, withdrawal and end, and the application can neither change nor remove one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from consent.evidence import Evidence, NotProved, SignedRows, line_of
from consent.models import YES, Consent
from consent.record.covers import CoveredBy, covered_themes, plan_permit
from consent.record.document import ConsentDocument, opened
from consent.record.document_writing import rows_of


def covered_and_proved(person_id: UUID, organisation_id: int) -> dict[Theme, CoveredBy]:
    """As ``covers.covered_themes``, for something that leaves or is read now: see :func:`prove`. Two queries.

    Raises :class:`NotProved`, or ``SealBroken`` for a document that does not open.
    """
    covered = covered_themes(person_id, organisation_id)
    prove(person_id, covered)
    return covered


def prove(person_id: UUID, covered: Mapping[Theme, CoveredBy]) -> Consent | None:
    """Demand that what covers these themes was signed, is the person's last word, and has lost no row. One query.

    Gives the consent, with its text and its legal basis; None where nothing is covered.
    Raises as :func:`covered_and_proved`.
    """
    consents = {by.consent_uuid for by in covered.values()}
    if not consents:
        return None
    if len(consents) > 1:
        # Each would have to be the last.
        raise NotProved("what covers comes from several talks")
    evidence = _standing(person_id, *consents)
    evidence.demand_nothing_taken_back(covered)
    return evidence.consent


def plan_agreed_and_proved(person: Person) -> CoveredBy | None:
    """As ``covers.plan_permit``, for words of a plan that are written or opened now. Two queries, with a yes.

    Raises as :func:`covered_and_proved`.
    """
    permit = plan_permit(person)
    if permit is not None:
        _standing(person.pk, permit.consent_uuid).demand_plan_not_taken_back()
    return permit


def _standing(person_id: UUID, consent_uuid: UUID) -> Evidence:
    """The evidence of a consent that was signed, is the person's last word, and has lost no row."""
    evidence = Evidence.of(person_id, consent_uuid)
    consent = evidence.consent
    evidence.demand_withdrawals()
    if consent.outcome not in YES or consent.person_id != person_id:
        raise NotProved("what covers is no consent of the person")
    for difference in differences(consent, opened(consent), evidence.signed):
        raise NotProved(difference)
    evidence.demand_last_word()
    evidence.demand_steps()
    evidence.demand_basis()
    return evidence


def differences(consent: Consent, document: ConsentDocument, signed: SignedRows) -> Iterator[str]:
    """What a consent's columns and its decisions say otherwise than the document: sentences without content."""
    content = document.content
    columns = {
        "consent": str(consent.pk),
        "person": str(consent.person_id),
        "kind": consent.kind,
        "language": consent.language,
        "outcome": consent.outcome,
    }
    yield from (f"{name} differs from the document" for name, value in columns.items() if content[name] != value)
    if datetime.fromisoformat(content["effective_at"]) != consent.effective_at:
        yield "effective_at differs from the document"
    if (content["text"]["sha256"], content["text"]["version"]) != (consent.text.sha256, consent.text.version):
        yield "text differs from the document"
    if basis_differs(consent, document):
        yield "legal basis differs from the document"
    documented = sorted(line_of(rows_of(row)) for row in document.decisions)
    stored = sorted(signed.lines)
    if documented != stored:
        yield f"decisions differ from the document ({len(documented)} documented, {len(stored)} stored)"
    if signed.strays:
        yield "a decision has another person or another moment"


def basis_differs(consent: Consent, document: ConsentDocument) -> bool:
    """Whether the row names another legal basis than the document, or one of another kind."""
    named, basis = document.content["basis"], consent.legal_basis
    said = (named["regulation"], named["demonstration"], document.content["kind"])
    return said != (basis.regulation, basis.demonstration, basis.kind)
