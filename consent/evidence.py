"""What is stored about one consent and about what has ended it since: the rows, each proved, and what the events tell.

It is read whenever something leaves or is read, so all of it comes in one trip to the database, in SQL that is written
out: making five queries of objects costs more than answering them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.vault.codes.coded_models import proved
from brik.vault.codes.row_codes import coded_columns, coding_of
from brik.vault.sealing import SealBroken
from consent.models import (
    Consent,
    ConsentState,
    Decision,
    Direction,
    LegalBasis,
    Step,
    Text,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.record.covers import CoveredBy
from consent.record.endings import steps_of_end

# The talks after which something is decided; after one that is deferred, what stood still stands.
_DECIDED = (Verb.CONSENT_GIVEN, Verb.CONSENT_REFUSED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERBS = (*_DECIDED, Verb.CONSENT_ENDED, Verb.CONSENT_RESTORED, Verb.WITHDRAWAL_NOTED)


class NotProved(SealBroken):
    """The rows say something else than the sealed document or the events. Holds no content and no identity."""


class EventRow(NamedTuple):
    """The columns of an event that are compared here."""

    pk: int
    verb: str
    object_name: str
    object_id: str
    row_version: int | None
    reason: str
    about: str


def _columns(model: type[models.Model], *, but: Collection[str] = ()) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in but]


def _of(table: str, columns: Collection[str]) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


# The signature is of no use here; nor of a text, what it says: its hash is compared.
_CONSENT, _TEXT, _BASIS = _columns(Consent, but=["signature"]), _columns(Text, but=["body"]), _columns(LegalBasis)
# What a decision says, as one line; its end in microseconds.
_SAID = ("direction", "recipient_kind", "source", "theme", "answer", "organisation_id")
_UNTIL = "(extract(epoch FROM decision.until) * 1000000)::bigint"
_LINE = ", ".join(f"coalesce({value}::text, '')" for value in (*(f"decision.{name}" for name in _SAID), _UNTIL))
# The names of columns are those of the models; all values are parameters.
_READ = f"""
SELECT {_of("consent", _CONSENT)}, {_of("text", _TEXT)}, {_of("basis", _BASIS)},
    (SELECT coalesce(array_agg(concat_ws('|', {_LINE})), '{{}}')
     FROM consent_decision decision WHERE decision.consent_id = consent.uuid),
    (SELECT count(*) FROM consent_decision decision WHERE decision.consent_id = consent.uuid
     AND (decision.effective_at, decision.person_id) <> (consent.effective_at, consent.person_id))
FROM consent_consent consent
JOIN consent_text text ON text.id = consent.text_id
JOIN consent_legalbasis basis ON basis.id = consent.legal_basis_id
WHERE consent.uuid = %(consent)s;

SELECT {_of("step", coded_columns(Step))}, step.id FROM consent_step step WHERE step.person_id = %(person)s;

SELECT {_of("part", coded_columns(Decision))}, withdrawal.uuid::text, withdrawal.whole, receipt.uuid::text
FROM consent_withdrawal withdrawal
LEFT JOIN consent_withdrawalreceipt receipt ON receipt.withdrawal_id = withdrawal.uuid
LEFT JOIN consent_decision part ON (part.withdrawal_id, part.person_id) = (withdrawal.uuid, withdrawal.person_id)
WHERE withdrawal.person_id = %(person)s;

SELECT {_of("event", ["id", *EventRow._fields[1:]])} FROM audit_event event
WHERE event.subject = %(person)s AND event.verb = ANY(%(verbs)s)
  OR event.object_name = %(basis)s AND event.reason = %(end_set)s
  AND event.object_id = (SELECT legal_basis_id::text FROM consent_consent WHERE uuid = %(consent)s)
"""  # noqa: S608


@dataclass(frozen=True)
class SignedRows:
    """The decisions of a consent as its rows have them, to be compared with its document: that proves all they say."""

    lines: Sequence[str]
    # How many of them are about another person or from another moment than the consent.
    strays: int

    @classmethod
    def of(cls, consent: Consent) -> SignedRows:
        """From the decisions that were fetched with a consent."""
        rows = consent.decisions.all()
        signed = consent.effective_at, consent.person_id
        strays = sum((row.effective_at, row.person_id) != signed for row in rows)
        return cls([line_of(vars(row)) for row in rows], strays)


def line_of(row: Mapping[str, Any]) -> str:
    """What one decision says, as the database puts it together too."""
    until = (row["until"] - _EPOCH) // timedelta(microseconds=1) if row["until"] else None
    said = (*(row[name] for name in _SAID), until)
    return "|".join("" if value is None else str(value) for value in said)


@dataclass(frozen=True)
class Evidence:
    """One consent of a person, with every row and event that says whether it stands. Each ``demand`` is one question.

    Each raises :class:`NotProved`.
    """

    consent: Consent
    signed: SignedRows
    # The decisions that withdrawals have written: what was taken back.
    parts: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    # Each withdrawal, as events name it: whether it is of everything, and its receipt.
    withdrawals: dict[str, tuple[bool, str | None]]
    # The oldest first.
    events: list[EventRow]

    @classmethod
    def of(cls, person_id: UUID, consent_uuid: UUID) -> Evidence:
        """Read it. One trip to the database. Raises ``CodeBroken`` for a row that was changed past us."""
        values: dict[str, Any] = {
            "person": person_id,
            "consent": consent_uuid,
            "verbs": [*map(str, _VERBS)],
            "basis": LegalBasis.RECORD_NAME,
            "end_set": Reason.END_SET.value,
        }
        with connection.cursor() as cursor:
            cursor.execute(_READ, values)
            consents = cursor.fetchall()
            others = [cursor.fetchall() for _ in range(3) if cursor.nextset()]
        if len(consents) != 1:
            raise NotProved("what covers is of no consent")
        *consent, lines, strays = consents[0]
        steps, withdrawals, events = others
        return cls(
            _consent(consent),
            SignedRows(lines, strays),
            # A withdrawal of everything has no part.
            coding_of(Decision).proved(row[:-3] for row in withdrawals if any(row[:-3])),
            coding_of(Step).proved(steps, "id"),
            {pk: (whole, receipt) for *_, pk, whole, receipt in withdrawals},
            sorted(map(EventRow._make, events)),
        )

    @cached_property
    def given(self) -> dict[str, EventRow]:
        """The first event of each talk that decided something, in order: a later one about it makes it no newer."""
        first: dict[str, EventRow] = {}
        for event in self.events:
            if event.verb in _DECIDED:
                first.setdefault(event.object_id, event)
        return first

    def demand_last_word(self) -> None:
        """The last talk that decided something is this one, at the version of its event."""
        last = [*self.given.values()][-1:]
        if not last or (last[0].object_id, last[0].row_version) != (str(self.consent.pk), self.consent.row_version):
            raise NotProved("the events tell of another last talk")

    def demand_withdrawals(self) -> None:
        """Every withdrawal, and every receipt, that an event tells of is there; each withdrawal has all its rows."""
        receipts = {receipt for _, receipt in self.withdrawals.values()}
        ended = {str(step["withdrawal_id"]) for step in self.steps if step["state"] == ConsentState.WITHDRAWN}
        parts = Counter(str(part["withdrawal_id"]) for part in self.parts)
        for event in self.events:
            if event.verb != Verb.WITHDRAWAL_NOTED:
                continue
            if event.object_name == WithdrawalReceipt.RECORD_NAME and event.object_id not in receipts:
                raise NotProved("the receipt of a withdrawal is missing")
            if event.object_name == Withdrawal.RECORD_NAME:
                if event.object_id not in self.withdrawals:
                    raise NotProved("a withdrawal is missing")
                if str(parts[event.object_id]) != event.about:
                    raise NotProved("a part of a withdrawal is missing")
        if any(whole and pk not in ended for pk, (whole, _) in self.withdrawals.items()):
            raise NotProved("the step of a withdrawal is missing")
        withdrawn = {step["id"]: step["withdrawal_id"] is not None for step in self.steps}
        if any(withdrawn.get(step["undoes_id"], True) for step in self.steps if step["undoes_id"] is not None):
            raise NotProved("a withdrawal is undone")

    def demand_nothing_taken_back(self, covered: Mapping[Theme, CoveredBy]) -> None:
        """No withdrawal that was noted after the talk names what is covered. After :meth:`demand_last_word`."""
        later = self._later_withdrawals
        parts = {(part["recipient_kind"], part["theme"]) for part in self.parts if str(part["withdrawal_id"]) in later}
        if any(self.withdrawals[pk][0] for pk in later) or any(
            (by.recipient_kind, theme) in parts for theme, by in covered.items()
        ):
            raise NotProved("what covers was taken back")

    def demand_plan_not_taken_back(self) -> None:
        """No withdrawal that was noted after the talk is of everything or of the plan. After
        :meth:`demand_last_word`.
        """
        later = self._later_withdrawals
        taken_back = {str(part["withdrawal_id"]) for part in self.parts if part["direction"] == Direction.PLAN}
        if later & taken_back or any(self.withdrawals[pk][0] for pk in later):
            raise NotProved("the plan was taken back")

    @cached_property
    def _later_withdrawals(self) -> set[str]:
        """The withdrawals that were noted after the talk."""
        given = self.given[str(self.consent.pk)].pk
        noted = (Verb.WITHDRAWAL_NOTED, Withdrawal.RECORD_NAME)
        return {
            event.object_id for event in self.events if event.pk > given and (event.verb, event.object_name) == noted
        }

    def demand_steps(self) -> None:
        """Every end that an event tells of has its steps, and only such ends are taken back as events tell of."""
        own = [step for step in self.steps if step["consent_id"] == self.consent.pk]
        stored = Counter(step["cause"] for step in own if step["undoes_id"] is None)
        of_consent = [event for event in self.events if event.object_id == str(self.consent.pk)]
        told = Counter(event.reason for event in of_consent if event.verb == Verb.CONSENT_ENDED)
        if any(stored[cause] < number * steps_of_end(cause) for cause, number in told.items()):
            raise NotProved("a step that ended the consent is missing")
        restored = {step["effective_at"] for step in own if step["undoes_id"] is not None}
        if len(restored) > sum(event.verb == Verb.CONSENT_RESTORED for event in of_consent):
            raise NotProved("an end is taken back of which no event tells")

    def demand_basis(self) -> None:
        """The legal basis ends on the day that its last event says."""
        basis = self.consent.legal_basis
        named = (LegalBasis.RECORD_NAME, str(basis.pk))
        ends = [event.about for event in self.events if (event.object_name, event.object_id) == named]
        if ends and ends[-1] != str(basis.until):
            raise NotProved("the legal basis has another end than was set")


def _consent(values: Sequence[Any]) -> Consent:
    """A consent with its text and its legal basis, from their columns; proved."""
    found = iter(values)
    consent: Consent = _row(Consent, _CONSENT, found)
    for name, model, columns in (("text", Text, _TEXT), ("legal_basis", LegalBasis, _BASIS)):
        field: Any = Consent._meta.get_field(name)
        field.set_cached_value(consent, _row(model, columns, found))
    return proved([consent])[0]


def _row(model: type[models.Model], columns: list[str], found: Iterator[Any]) -> Any:
    """A row as a query of Django's would make it, from the next columns."""
    fields: list[Any] = [model._meta.get_field(column) for column in columns]
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, found, strict=False)
    ]
    return model.from_db(connection.alias, columns, values)
