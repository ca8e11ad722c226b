"""Disclosures and deliveries, compared with their attempts, retractions and events."""

from __future__ import annotations

from followup.desk.verification.comparison import Comparison, without_event, without_row

_DISCLOSURE = {"table": "sharing_disclosure", "key": "uuid", "name": "disclosure", "verb": "disclosed"}
_NOTICE = {"table": "sharing_disposalnotice", "key": "uuid", "name": "disposal_notice", "verb": "disposal_asked"}
_RECEIVED = "receipt of a recipient: its event is in the log, its row is gone"

COMPARISONS = (
    without_row(**_DISCLOSURE, what="disclosure: its event is in the log, its row is gone"),
    without_event(**_DISCLOSURE, what="disclosure: no event tells of it"),
    without_row(**_NOTICE, what="line about shredding: its event is in the log, its row is gone"),
    without_event(**_NOTICE, what="line about shredding: no event tells of it"),
    Comparison(
        # What waited to replace a share that was rejected has got another disclosure, with the same decision.
        "disclosure: its delivery is gone",
        """
        SELECT disclosure.uuid FROM sharing_disclosure disclosure
        WHERE NOT EXISTS (
            SELECT FROM sharing_delivery delivery JOIN sharing_disclosure same ON same.uuid = delivery.disclosure_id
            WHERE delivery.kind = %(kind_share)s AND same.mapping_id = disclosure.mapping_id
              AND same.organisation_id = disclosure.organisation_id
              AND same.decided_at = disclosure.decided_at AND same.decided_by_id = disclosure.decided_by_id
        )
        """,
    ),
    Comparison(
        "delivery: its event is in the log, its row is gone",
        """
        SELECT DISTINCT event.object_id FROM audit_event event
        WHERE event.object_name = %(name_delivery)s
          AND NOT EXISTS (SELECT FROM sharing_delivery delivery WHERE delivery.id::text = event.object_id)
        """,
    ),
    Comparison(
        "delivery: it goes to another recipient, or is about another person, than was decided on",
        """
        SELECT delivery.id FROM sharing_delivery delivery
        JOIN sharing_disclosure disclosure ON disclosure.uuid = delivery.disclosure_id
        WHERE (delivery.organisation_id, delivery.person_id) <> (disclosure.organisation_id, disclosure.person_id)
        """,
    ),
    Comparison(
        "delivery: it counts other attempts than were made",
        """
        SELECT delivery.id FROM sharing_delivery delivery
        LEFT JOIN (
            SELECT delivery_id, count(*) AS number FROM sharing_attempt GROUP BY delivery_id
        ) attempted ON attempted.delivery_id = delivery.id
        LEFT JOIN (
            SELECT object_id, count(*) AS number FROM audit_event
            WHERE verb = %(verb_delivery_attempted)s AND object_name = %(name_delivery)s GROUP BY object_id
        ) told ON told.object_id = delivery.id::text
        WHERE delivery.attempts_made <> coalesce(attempted.number, 0)
           OR delivery.attempts_made <> coalesce(told.number, 0)
        """,
    ),
    Comparison(
        "delivery: it waits to be sent although it was sent, and nobody has sent it again",
        """
        SELECT delivery.id FROM sharing_delivery delivery
        WHERE delivery.state = %(delivery_queued)s AND EXISTS (
            SELECT FROM audit_event attempt
            WHERE attempt.verb = %(verb_delivery_attempted)s AND attempt.object_name = %(name_delivery)s
              AND attempt.object_id = delivery.id::text AND NOT EXISTS (
                SELECT FROM audit_event again
                WHERE again.verb = %(verb_delivery_resent)s AND again.object_name = %(name_delivery)s
                  AND again.object_id = delivery.id::text AND again.id > attempt.id
              )
        )
        """,
    ),
    Comparison(
        "share: it stands although it was retracted or stopped",
        """
        SELECT share.id FROM sharing_delivery share
        JOIN audit_event event ON event.object_name = %(name_delivery)s AND event.object_id = share.id::text
        WHERE share.kind = %(kind_share)s AND (
            (event.verb = %(verb_retracted)s AND share.state NOT IN (%(delivery_retracting)s, %(delivery_retracted)s))
            OR (event.verb = %(verb_delivery_cancelled)s AND share.state <> %(delivery_cancelled)s)
        )
        """,
    ),
    Comparison(
        "share: it was sent and retracted, and its retraction is gone",
        """
        SELECT event.object_id FROM audit_event event
        WHERE event.verb = %(verb_retracted)s AND event.object_name = %(name_delivery)s
          AND EXISTS (
            SELECT FROM audit_event attempt
            WHERE attempt.verb = %(verb_delivery_attempted)s AND attempt.object_name = %(name_delivery)s
              AND attempt.object_id = event.object_id
          )
          AND NOT EXISTS (
            SELECT FROM sharing_delivery retraction
            WHERE retraction.kind = %(kind_retraction)s AND retraction.retracts_id::text = event.object_id
          )
        """,
    ),
    Comparison(
        "share: no event tells that it was retracted or stopped",
        """
        SELECT share.id FROM sharing_delivery share
        WHERE share.kind = %(kind_share)s
          AND share.state IN (%(delivery_retracting)s, %(delivery_retracted)s, %(delivery_cancelled)s)
          AND NOT EXISTS (
            SELECT FROM audit_event event
            WHERE event.verb IN (%(verb_retracted)s, %(verb_delivery_cancelled)s)
              AND event.object_name = %(name_delivery)s AND event.object_id = share.id::text
          )
        """,
    ),
    Comparison(
        _RECEIVED,
        """
        SELECT DISTINCT event.object_id FROM audit_event event
        WHERE event.object_name = %(name_receipt)s
          AND NOT EXISTS (SELECT FROM sharing_receipt receipt WHERE receipt.uuid::text = event.object_id)
        """,
    ),
)
