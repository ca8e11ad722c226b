"""Proves that what covers a share is what the person signed, and that nothing that ended it has been taken away.

``covers`` believes the rows. Whoever can write to the database can write rows, but no document that opens. So before
something leaves or is read by a recipient, the rows are compared with the sealed document, and with the events: they
tell of every talk, withdrawal and end, and the application can neither change nor remove one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from consent.models import YES, Consent, ConsentState, Decision, LegalBasis, Step, Withdrawal, WithdrawalReceipt
from consent.record.covers import CoveredBy, covered_themes
from consent.record.document import ConsentDocument, opened
from consent.record.document_writing import rows_of
from consent.record.endings import steps_of_end

_COLUMNS = ("direction", "recipient_kind", "source", "theme", "answer", "organisation_id", "until")
# The talks after which something is decided; after one that is deferred, what stood still stands.
_DECIDED = (Verb.CONSENT_GIVEN, Verb.CONSENT_REFUSED)
_VERBS = (*_DECIDED, Verb.CONSENT_ENDED, Verb.CONSENT_RESTORED, Verb.WITHDRAWAL_NOTED)


class NotProved(SealBroken):
    """The rows say something else than the sealed document or the events. Holds no content and no identity."""


def covered_and_proved(person_id: UUID, organisation_id: int) -> dict[Theme, CoveredBy]:
    """As ``covers.covered_themes``, for something that leaves or is read now: see :func:`prove`. Six queries.

    Raises :class:`NotProved`, or ``SealBroken`` for a document that does not open.
    """
    covered = covered_themes(person_id, organisation_id)
    prove(person_id, covered)
    return covered


def prove(person_id: UUID, covered: dict[Theme, CoveredBy]) -> None:
    """Demand that what covers these themes was signed, is the person's last word, and has lost no row. Five queries.

    Raises as :func:`covered_and_proved`.
    """
    if not covered:
        return
    consents = list(
        Consent.objects.filter(pk__in={by.consent_uuid for by in covered.values()})
        .select_related("text", "legal_basis")
        .defer("text__body", "signature")
    )
    record = _Record.of(person_id, consents)
    proved([*record.decisions, *record.steps, *consents])
    record.demand_withdrawals()
    for consent in consents:
        if consent.outcome not in YES or consent.person_id != person_id:
            raise NotProved("what covers is no consent of the person")
        for difference in differences(consent, opened(consent), record.decisions_of(consent)):
            raise NotProved(difference)
        record.demand_last_word(consent)
        record.demand_steps(consent)
        record.demand_basis(consent.legal_basis)
        record.demand_nothing_taken_back(consent, covered)


def differences(consent: Consent, document: ConsentDocument, decisions: Collection[Decision]) -> Iterator[str]:
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
    documented = sorted(_line(rows_of(row)) for row in document.decisions)
    stored = sorted(_line({name: getattr(row, name) for name in _COLUMNS}) for row in decisions)
    if documented != stored:
        yield f"decisions differ from the document ({len(documented)} documented, {len(stored)} stored)"
    if any((row.effective_at, row.person_id) != (consent.effective_at, consent.person_id) for row in decisions):
        yield "a decision has another person or another moment"


def basis_differs(consent: Consent, document: ConsentDocument) -> bool:
    """Whether the row names another legal basis than the document, or one of another kind."""
    named, basis = document.content["basis"], consent.legal_basis
    said = (named["regulation"], named["demonstration"], document.content["kind"])
    return said != (basis.regulation, basis.demonstration, basis.kind)


def _line(row: dict[str, Any]) -> str:
    until = row["until"].timestamp() if row["until"] else ""
    return "|".join(str(value) for value in (*(row[name] for name in _COLUMNS[:-1]), until))


@dataclass(frozen=True)
class _Record:
    """What the events tell of one person's talks, withdrawals and ends, and the rows that must be there for them."""

    events: list[Event]
    decisions: list[Decision]
    steps: list[Step]
    # Each withdrawal, as events name it: whether it is of everything, and its receipt.
    withdrawals: dict[str, tuple[bool, UUID | None]]

    @classmethod
    def of(cls, person_id: UUID, consents: Iterable[Consent]) -> _Record:
        bases = {str(consent.legal_basis_id) for consent in consents}
        ends = Q(object_name=LegalBasis.RECORD_NAME, object_id__in=bases, reason=Reason.END_SET)
        rows = Withdrawal.objects.filter(person=person_id).order_by().values_list("pk", "whole", "receipt")
        decided = Q(consent__in=[consent.pk for consent in consents]) | Q(withdrawal__isnull=False)
        return cls(
            list(Event.objects.filter(Q(subject=person_id, verb__in=_VERBS) | ends).order_by("pk")),
            list(Decision.objects.filter(decided, person=person_id)),
            list(Step.objects.filter(person=person_id).select_related("undoes")),
            {str(pk): (whole, receipt) for pk, whole, receipt in rows},
        )

    @cached_property
    def given(self) -> dict[str, Event]:
        """The first event of each talk that decided something, in order: a later one about it makes it no newer."""
        first: dict[str, Event] = {}
        for event in self.events:
            if event.verb in _DECIDED:
                first.setdefault(event.object_id, event)
        return first

    def decisions_of(self, consent: Consent) -> list[Decision]:
        return [decision for decision in self.decisions if decision.consent_id == consent.pk]

    def demand_last_word(self, consent: Consent) -> None:
        """The last talk that decided something is this one, at the version of its event."""
        last = [*self.given.values()][-1:]
        if not last or (last[0].object_id, last[0].row_version) != (str(consent.pk), consent.row_version):
            raise NotProved("the events tell of another last talk")

    def demand_withdrawals(self) -> None:
        """Every withdrawal, and every receipt, that an event tells of is there; each withdrawal has all its rows."""
        receipts = {str(receipt) for _, receipt in self.withdrawals.values()}
        ended = {str(step.withdrawal_id) for step in self.steps if step.state == ConsentState.WITHDRAWN}
        parts = Counter(str(decision.withdrawal_id) for decision in self.decisions)
        noted = [event for event in self.events if event.verb == Verb.WITHDRAWAL_NOTED]
        for event in noted:
            if event.object_name == WithdrawalReceipt.RECORD_NAME and event.object_id not in receipts:
                raise NotProved("the receipt of a withdrawal is missing")
            if event.object_name == Withdrawal.RECORD_NAME:
                if event.object_id not in self.withdrawals:
                    raise NotProved("a withdrawal is missing")
                if str(parts[event.object_id]) != event.about:
                    raise NotProved("a part of a withdrawal is missing")
        if any(whole and pk not in ended for pk, (whole, _) in self.withdrawals.items()):
            raise NotProved("the step of a withdrawal is missing")
        if any(step.undoes is not None and step.undoes.withdrawal_id is not None for step in self.steps):
            raise NotProved("a withdrawal is undone")

    def demand_nothing_taken_back(self, consent: Consent, covered: dict[Theme, CoveredBy]) -> None:
        """No withdrawal that was noted after the talk names what is covered."""
        given = self.given[str(consent.pk)].pk
        later = {
            event.object_id
            for event in self.events
            if event.pk > given and (event.verb, event.object_name) == (Verb.WITHDRAWAL_NOTED, Withdrawal.RECORD_NAME)
        }
        parts = {
            (decision.recipient_kind, decision.theme)
            for decision in self.decisions
            if str(decision.withdrawal_id) in later
        }
        if any(self.withdrawals[pk][0] for pk in later) or any(
            (by.recipient_kind, theme) in parts for theme, by in covered.items() if by.consent_uuid == consent.pk
        ):
            raise NotProved("what covers was taken back")

    def demand_steps(self, consent: Consent) -> None:
        """Every end that an event tells of has its steps, and only such ends are taken back as events tell of."""
        own = [step for step in self.steps if step.consent_id == consent.pk]
        stored = Counter(step.cause for step in own if step.undoes is None)
        of_consent = [event for event in self.events if event.object_id == str(consent.pk)]
        told = Counter(event.reason for event in of_consent if event.verb == Verb.CONSENT_ENDED)
        if any(stored[cause] < number * steps_of_end(cause) for cause, number in told.items()):
            raise NotProved("a step that ended the consent is missing")
        restored = {step.effective_at for step in own if step.undoes is not None}
        if len(restored) > sum(event.verb == Verb.CONSENT_RESTORED for event in of_consent):
            raise NotProved("an end is taken back of which no event tells")

    def demand_basis(self, basis: LegalBasis) -> None:
        """The legal basis ends on the day that its last event says."""
        named = (LegalBasis.RECORD_NAME, str(basis.pk))
        ends = [event.about for event in self.events if (event.object_name, event.object_id) == named]
        if ends and ends[-1] != str(basis.until):
            raise NotProved("the legal basis has another end than was set")
