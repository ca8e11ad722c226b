"""Consents and withdrawals, compared with their steps, receipts, gates and events."""

from __future__ import annotations

from followup.desk.verification.comparison import Comparison, without_event, without_row

_WITHDRAWAL = {"table": "consent_withdrawal", "key": "uuid", "name": "withdrawal", "verb": "withdrawal_noted"}
_RECEIPT = {
    "table": "consent_withdrawalreceipt",
    "key": "uuid",
    "name": "withdrawal_receipt",
    "verb": "withdrawal_noted",
}
_HEARING = {
    "table": "consent_withdrawalhearing",
    "key": "withdrawal_id",
    "name": "withdrawal_hearing",
    "verb": "withdrawal_noted",
}

COMPARISONS = (
    without_row(**_WITHDRAWAL, what="withdrawal: its event is in the log, its row is gone"),
    without_event(**_WITHDRAWAL, what="withdrawal: no event tells of it"),
    without_row(**_RECEIPT, what="receipt of a withdrawal: its event is in the log, its row is gone"),
    without_event(**_RECEIPT, what="receipt of a withdrawal: no event tells of it"),
    without_row(**_HEARING, what="hearing about a withdrawal: its event is in the log, its row is gone"),
    without_event(**_HEARING, what="hearing about a withdrawal: no event tells of it"),
    Comparison(
        "withdrawal of everything: its step is gone",
        """
        SELECT withdrawal.uuid FROM consent_withdrawal withdrawal
        WHERE withdrawal.whole AND NOT EXISTS (
            SELECT FROM consent_step step
            WHERE step.withdrawal_id = withdrawal.uuid AND step.person_id = withdrawal.person_id
              AND step.consent_id IS NULL AND step.direction = '' AND step.state = %(state_withdrawn)s
        )
        """,
    ),
    Comparison(
        "withdrawal: it has other parts than its event counts",
        """
        SELECT withdrawal.uuid
        FROM consent_withdrawal withdrawal
        JOIN audit_event event ON event.object_name = %(name_withdrawal)s AND event.verb = %(verb_withdrawal_noted)s
          AND event.object_id = withdrawal.uuid::text
        LEFT JOIN consent_decision part ON part.withdrawal_id = withdrawal.uuid
          AND part.person_id = withdrawal.person_id
        GROUP BY withdrawal.uuid, event.id, event.about HAVING count(part.id)::text <> event.about
        """,
    ),
    Comparison(
        "withdrawal: its step is undone",
        """
        SELECT undone.withdrawal_id FROM consent_step step JOIN consent_step undone ON undone.id = step.undoes_id
        WHERE undone.withdrawal_id IS NOT NULL
        """,
    ),
    Comparison(
        "consent: a step that ended it is gone",
        """
        SELECT event.object_id FROM audit_event event
        WHERE event.verb = %(verb_consent_ended)s AND event.object_name = %(name_consent)s
        GROUP BY event.object_id, event.reason
        HAVING count(*) * CASE event.reason WHEN %(released)s THEN %(steps_of_release)s ELSE 1 END > (
            SELECT count(*) FROM consent_step step
            WHERE step.consent_id::text = event.object_id AND step.cause = event.reason AND step.undoes_id IS NULL
        )
        """,
    ),
    Comparison(
        "consent: an end is taken back of which no event tells",
        """
        SELECT step.consent_id FROM consent_step step
        WHERE step.state = %(state_restored)s AND step.consent_id IS NOT NULL
        GROUP BY step.consent_id
        HAVING count(DISTINCT step.effective_at) > (
            SELECT count(*) FROM audit_event event
            WHERE event.verb = %(verb_consent_restored)s AND event.object_name = %(name_consent)s
              AND event.object_id = step.consent_id::text
        )
        """,
    ),
    Comparison(
        "consent: a later one has not superseded it",
        """
        SELECT consent.uuid FROM consent_consent consent
        WHERE consent.outcome IN (%(state_given)s, %(state_partly_given)s)
          AND EXISTS (
            SELECT FROM consent_consent later
            WHERE later.person_id = consent.person_id AND later.outcome <> %(state_deferred)s
              AND later.effective_at > consent.effective_at
          )
          AND NOT EXISTS (
            SELECT FROM consent_step step
            WHERE step.consent_id = consent.uuid AND step.state IN (
                %(state_superseded)s, %(state_withdrawn)s, %(state_expired)s, %(state_ended)s, %(state_in_error)s
            )
          )
          AND NOT EXISTS (
            SELECT FROM consent_step step
            WHERE step.person_id = consent.person_id AND step.consent_id IS NULL AND step.direction = ''
              AND step.effective_at >= consent.effective_at
          )
        """,
    ),
    Comparison(
        "gate of a person: it is open after a withdrawal of everything",
        """
        SELECT gate.person_id FROM mapping_persongate gate
        JOIN consent_withdrawal withdrawal ON withdrawal.person_id = gate.person_id AND withdrawal.whole
        JOIN audit_event noted ON noted.object_name = %(name_withdrawal)s AND noted.verb = %(verb_withdrawal_noted)s
          AND noted.object_id = withdrawal.uuid::text
        WHERE gate.shut_at IS NULL AND NOT EXISTS (
            SELECT FROM audit_event opened
            WHERE opened.subject = gate.person_id AND opened.verb = %(verb_gate_opened)s AND opened.id > noted.id
        )
        """,
    ),
)
