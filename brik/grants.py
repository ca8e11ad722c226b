"""What each role of the database may do with each table: the one list, which ``migrate`` writes (``privileges.py``).

What is not named here may be read, added to and changed by the application, and never deleted; a new table is so from
its first day. What proves something is not changed either: the triggers of the rooms refuse it to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.apps import apps
from django.db import models

from brik.vault.fields import SealedField
from brik.vault.lookups.hashed_rows import hashed_models
from brik.vault.lookups.hashes import COLUMNS as HASHES

APPLICATION: Final = "brik_app"
# Rotates keys: writes sealed values, codes and look-up hashes anew, with events, and changes nothing that they say.
ROTATION: Final = "brik_rotate"

# The only tables whose rows the application deletes, and why none of them proves anything.
DELETED: Final = {
    "django_session": "A session ends when its user signs out, and old ones are cleared.",
    "procrastinate_jobs": "A job that is done goes. What it did is in our own tables.",
    "procrastinate_workers": "A worker that has ended, or died, goes.",
    "procrastinate_periodic_defers": "Of periodic work only the last round is kept.",
    "staff_throttledattempt": "A keyed hash that counts for some minutes.",
    "staff_keptpage": "A page waits one minute for its browser, and is fetched once.",
    "staff_organisation_units": "A set. The confirmed proposal that replaces it holds it before and after.",
    "people_stay": "Derived from the messages, and worked out anew with each.",
    "people_identifier": "Derived from the messages. A number that moves to another record has an event of each.",
    "arrivals_messagenumber": "Hashes by which a message is found. They go when its sender deletes its content.",
}

# Rows that prove something. A trigger of the room refuses every change of them to everybody.
APPEND_ONLY: Final = frozenset(
    {
        "audit_event",
        "people_ruling",
        "people_historicalperson",
        "slips_slip",
        "slips_slipopening",
        "arrivals_arrivalanswer",
        "mapping_publishedform",
        "mapping_historicalmapping",
        "mapping_historicalsection",
        "mapping_voluntarinessturn",
        "consent_text",
        "consent_textapproval",
        "consent_consent",
        "consent_decision",
        "consent_step",
        "consent_withdrawal",
        "consent_withdrawalhearing",
        "consent_withdrawalreceipt",
        "consent_signedsheet",
        "plan_historicalneed",
        "sharing_disclosure",
        "sharing_disposalanswer",
        "sharing_disposalnotice",
        "sharing_partneranswer",
        "sharing_partnermessage",
        "sharing_receipt",
        "desk_erasure",
        "desk_erasuredecision",
        "desk_legalhold",
        "desk_legalholdanswer",
        "desk_legalholdend",
        "desk_legalholdrequest",
        "desk_retentionnight",
        "desk_weeklycount",
    }
)

# Rows that prove something in all but these columns; the code of the row changes with them. A save names its columns.
CHANGEABLE: Final = {
    "vault_key": ("wrapped", "before", "destroyed_at"),
    "staff_post": ("until",),
    "staff_mapperapproval": ("until",),
    "staff_replacedkey": ("until",),
    "consent_legalbasis": ("until",),
    # Whose it is, what is promised to whom and by when, never changes.
    "tasks_task": ("promise", "row_version", "taken_by_id", "taken_at", "done_at", "done_by_id", "outcome"),
    "sharing_attempt": ("ended_at", "outcome", "detail"),
    # Whom a message is for, and whose it is, never changes.
    "sharing_delivery": (
        *("disclosure_id", "state", "state_at", "due_at"),
        *("broken", "attempts_made", "first_read_at", "unread", "assigned_to_id", "archived_at"),
    ),
}

# The application reads them; the owner of the tables, and triggers, write them.
READ_ONLY: Final = frozenset(
    {
        "audit_head",
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
)

# What rotation writes besides sealed values, codes and look-up hashes: data keys wrapped anew or replaced, and events.
_REWRAPPED = {"vault_key": ("wrapped", "before", "key_id")}
_RECORDS = "audit_event"

READ, ADD, CHANGE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"


def wanted(role: str, table: str) -> frozenset[str]:
    """What a role may do with a table: the privileges of PostgreSQL, with the name of the column if it is for one."""
    if role == APPLICATION:
        return frozenset({READ, *_application(table)})
    if role == ROTATION:
        return frozenset({READ, *_rotation(table)})
    return frozenset()


def named() -> set[str]:
    """Every table that a list names."""
    return {*DELETED, *APPEND_ONLY, *CHANGEABLE, *READ_ONLY, *_REWRAPPED, _RECORDS}


def on_columns(privilege: str, columns: Iterable[str]) -> list[str]:
    """A privilege for some columns, as :func:`wanted` gives it."""
    return [f"{privilege} ({column})" for column in columns]


def _application(table: str) -> list[str]:
    if table in READ_ONLY:
        return []
    if table in APPEND_ONLY:
        return [ADD]
    if table in CHANGEABLE:
        return [ADD, *on_columns(CHANGE, (*CHANGEABLE[table], *_code_of(table)))]
    return [ADD, CHANGE, *([DELETE] if table in DELETED else [])]


def _rotation(table: str) -> list[str]:
    columns = (*_sealed_of(table), *_REWRAPPED.get(table, ()), *_code_of(table), *_hashes_of(table))
    return [*([ADD] if table == _RECORDS else []), *on_columns(CHANGE, columns)]


def _sealed_of(table: str) -> list[str]:
    return [str(field.column) for field in _fields_of(table) if isinstance(field, SealedField)]


def _code_of(table: str) -> list[str]:
    """The column with the keyed code of a row, if its table has one."""
    return ["code" for field in _fields_of(table) if isinstance(field, models.BinaryField) and field.column == "code"]


def _hashes_of(table: str) -> tuple[str, ...]:
    """The columns by which a row is found, if its table has them."""
    return HASHES if any(model._meta.db_table == table for model in hashed_models()) else ()


def _fields_of(table: str) -> list[models.Field]:
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    return [field for model in found for field in model._meta.local_concrete_fields]
