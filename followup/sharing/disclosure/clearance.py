"""The one question of what a recipient may have of a person now: the consent and the person's protection together.

Asked when something is queued, sent and read; then the consent is also proved. Lists and ``reconcile`` ask the rows.
Nothing else in this room asks for the consent alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.people.safeguards import Safeguard, safeguards
from consent.models import Withdrawal
from consent.proof import covered_and_proved
from consent.record.covers import CoveredBy, covered_many
from followup.sharing.disclosure.disclosures import Disclosure


@dataclass(frozen=True)
class Clearance:
    """What one recipient may have of one person. ``held`` is consented to, but kept back by a restriction."""

    themes: dict[Theme, CoveredBy]
    held: dict[Theme, CoveredBy]
    safeguard: Safeguard

    def allows(self, disclosure: Disclosure) -> bool:
        """Whether the recipient may have this disclosure, by its columns in clear."""
        return self._allows(disclosure.themes, place=disclosure.tells_place)

    def allows_message(self, message: dict[str, Any]) -> bool:
        """As :meth:`allows`, by the sealed bytes: the columns beside them could have been changed."""
        return self._allows(message["samtykke"]["omfang"], place=tells_place(message))

    def _allows(self, themes: Iterable[str], *, place: bool) -> bool:
        return set(themes) <= set(self.themes) and not (place and self.safeguard.address_graded)


def clearances(
    pairs: Iterable[tuple[UUID, int]], *, at: datetime | None = None, but_for: QuerySet[Withdrawal] | None = None
) -> dict[tuple[UUID, int], Clearance]:
    """What each recipient may have of each person, for pairs of person and organisation. Two queries for all.

    ``but_for`` as ``covered_many``.
    """
    pairs = set(pairs)
    if not pairs:
        return {}
    covered = covered_many(pairs, at=at, but_for=but_for)
    protected = safeguards({person for person, _ in pairs}, at=at)
    return {pair: _clearance(covered[pair], protected[pair[0]]) for pair in pairs}


def clearance_of(person_id: UUID, organisation_id: int, *, at: datetime | None = None) -> Clearance:
    """What one recipient may have of one person. Two queries."""
    return clearances([(person_id, organisation_id)], at=at)[person_id, organisation_id]


def proved_clearance_of(person_id: UUID, organisation_id: int) -> Clearance:
    """As :func:`clearance_of`, for something that leaves or is read now: the consent is proved. Three queries.

    Raises ``SealBroken`` where what covers is not what was signed (``consent.proof``).
    """
    covered = covered_and_proved(person_id, organisation_id)
    return _clearance(covered, safeguards([person_id])[person_id])


def tells_place(message: dict[str, Any]) -> bool:
    """Whether the message says where the person lives or will live."""
    form = catalogue.get(QUESTIONNAIRE[LegalStatus(message["skjema"]["type"])], message["skjema"]["versjon"])
    questions = (form.question(answer["linkId"]) for area in message["omraader"] for answer in area["svar"])
    return any(question is not None and question.tells_place for question in questions)


def _clearance(covered: dict[Theme, CoveredBy], safeguard: Safeguard) -> Clearance:
    themes = {theme: by for theme, by in covered.items() if safeguard.permits(by.recipient_kind)}
    return Clearance(themes, {theme: by for theme, by in covered.items() if theme not in themes}, safeguard)
