"""The decisions that :mod:`consent.record.covers` asks for most, as one plain statement.

Every share, sending and reading asks it, and every row of a list. Composing the same from Django's expressions costs
more than the answer; ``covers`` does that where it leaves something out. A test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from consent.models import Decision, DecisionAnswer, Direction
from consent.record.decisions import ENDS


def latest_of_each(people: Collection[UUID], organisations: Collection[int], *, at: datetime) -> Iterable[Any]:
    """The deciding row for each person, recipient and theme at a moment, with what ``covers.permits`` asks of it."""
    # Of rows at the same moment a deny comes first; the last column of the order only makes it one order.
    statement = """
        SELECT DISTINCT ON (decision.person_id, decision.recipient_kind, decision.organisation_id, decision.theme)
            decision.*,
            organisation.kind AS kind_now,
            organisation.legal_basis_until AS basis_until,
            COALESCE(
                basis.since <= %(day)s AND (basis.until IS NULL OR basis.until > %(day)s)
                AND (%(demonstrations)s OR NOT basis.demonstration)
                AND gate.paused_at IS NULL,
                FALSE
            ) AS stands,
            EXISTS (
                SELECT FROM consent_step step
                WHERE step.person_id = decision.person_id
                  AND step.state = ANY(%(ends)s) AND step.effective_at <= %(at)s
                  AND step.direction IN ('', decision.direction)
                  AND (
                      step.consent_id = decision.consent_id
                      OR (step.consent_id IS NULL AND step.effective_at >= decision.effective_at)
                  )
                  AND NOT EXISTS (
                      SELECT FROM consent_step undoing
                      WHERE undoing.undoes_id = step.id AND undoing.effective_at <= %(at)s
                  )
            ) AS ended
        FROM consent_decision decision
        LEFT JOIN consent_consent consent ON consent.uuid = decision.consent_id
        LEFT JOIN consent_legalbasis basis ON basis.id = consent.legal_basis_id
        LEFT JOIN mapping_persongate gate ON gate.person_id = decision.person_id
        LEFT JOIN staff_organisation organisation ON organisation.id = decision.organisation_id
        WHERE decision.person_id = ANY(%(people)s)
          AND decision.direction = %(direction)s AND decision.effective_at <= %(at)s
          AND (decision.organisation_id = ANY(%(organisations)s) OR decision.organisation_id IS NULL)
        ORDER BY decision.person_id, decision.recipient_kind, decision.organisation_id, decision.theme,
            decision.effective_at DESC, (decision.answer = %(permit)s), decision.id DESC
    """
    return Decision.objects.raw(
        statement,
        {
            "at": at,
            "day": timezone.localdate(at),
            "demonstrations": settings.UNAPPROVED_TEXTS_ALLOWED,
            "ends": [state.value for state in ENDS],
            "people": list(people),
            "organisations": list(organisations),
            "direction": Direction.DISCLOSE.value,
            "permit": DecisionAnswer.PERMIT.value,
        },
    )
