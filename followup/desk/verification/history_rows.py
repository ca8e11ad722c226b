"""Rows and their histories, compared with each other and with the events of each save."""

from __future__ import annotations

from followup.desk.verification.comparison import Comparison


def _doubles(name: str, history: str, *sealed: str) -> Comparison:
    """One version of a row that was sealed twice: an older row was put back, and saved once more."""
    values = ", ".join(sealed)
    return Comparison(
        f"{name}: one version was saved twice, with other words",
        f"""
        SELECT history.uuid FROM {history} history WHERE history.row_version > 0
        GROUP BY history.uuid, history.row_version HAVING count(DISTINCT ({values})) > 1
        """,  # noqa: S608
    )


def _lost(name: str, history: str) -> Comparison:
    """Versions that events tell of, and the history does not have. A draft has no row there."""
    return Comparison(
        f"{name}: a version is gone from its history",
        f"""
        SELECT told.object_id FROM (
            SELECT event.object_id, event.row_version FROM audit_event event
            WHERE event.object_name = %(name_{name})s AND event.row_version > 0
            GROUP BY event.object_id, event.row_version
            HAVING NOT bool_or(event.verb = %(verb_section_drafted)s)
        ) told
        WHERE NOT EXISTS (
            SELECT FROM {history} history
            WHERE history.uuid::text = told.object_id AND history.row_version = told.row_version
        )
        """,  # noqa: S608
    )


def _other_than_history(name: str, table: str, history: str, *columns: str) -> Comparison:
    """Rows that differ from what their last save left in the history, as far as it has their version."""
    stored = ", ".join(f"stored.{column}" for column in columns)
    kept = ", ".join(f"last.{column}" for column in columns)
    return Comparison(
        f"{name}: it differs from the last version in its history",
        f"""
        SELECT stored.uuid FROM {table} stored
        JOIN (
            SELECT DISTINCT ON (history.uuid) history.* FROM {history} history
            ORDER BY history.uuid, history.history_id DESC
        ) last ON last.uuid = stored.uuid AND last.row_version = stored.row_version
        WHERE ({stored}) IS DISTINCT FROM ({kept})
        """,  # noqa: S608
    )


COMPARISONS = (
    Comparison(
        "section: two events tell of one saved version",
        """
        SELECT event.object_id FROM audit_event event
        WHERE event.object_name = %(name_section)s
          AND event.verb IN (%(verb_section_saved)s, %(verb_section_drafted)s)
        GROUP BY event.object_id, event.row_version HAVING count(*) > 1
        """,
    ),
    _doubles("section", "mapping_historicalsection", "answers"),
    _doubles("mapping", "mapping_historicalmapping", "sources", "told_places", "reason", "stays_in_norway"),
    _doubles("person", "people_historicalperson", "identity", "protection"),
    _lost("section", "mapping_historicalsection"),
    _lost("mapping", "mapping_historicalmapping"),
    _lost("person", "people_historicalperson"),
    _other_than_history("section", "mapping_section", "mapping_historicalsection", "answers", "state", "area"),
    _other_than_history(
        "mapping",
        "mapping_mapping",
        "mapping_historicalmapping",
        *("sources", "told_places", "reason", "stays_in_norway"),
        *("state", "gate_open", "gate_until", "consent_uuid", "signed_off_at"),
    ),
    _other_than_history("person", "people_person", "people_historicalperson", "identity", "protection"),
    Comparison(
        "section: it is gone, and its history with it",
        """
        SELECT DISTINCT event.object_id FROM audit_event event
        WHERE event.object_name = %(name_section)s AND event.row_version IS NOT NULL
          AND NOT EXISTS (SELECT FROM mapping_section section WHERE section.uuid::text = event.object_id)
        """,
    ),
)
