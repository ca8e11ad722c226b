"""A constraint of the event table refuses unknown verbs. ``migrate`` rewrites it when the list has changed.

So a new verb needs no migration. Existing rows are not checked again.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import connections

from brik.audit.verbs import Verb

_READ = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE conname = 'event_verb_is_known' AND conrelid = 'audit_event'::regclass
"""
_WRITE = """
ALTER TABLE audit_event DROP CONSTRAINT IF EXISTS event_verb_is_known,
    ADD CONSTRAINT event_verb_is_known CHECK (verb = ANY (%s)) NOT VALID
"""


def update(verbs: Collection[str] = Verb.values, *, using: str = "default") -> bool:
    """Make the database accept these verbs only. True if the constraint had to be rewritten."""
    with connections[using].cursor() as cursor:
        cursor.execute(_READ)
        constraint = cursor.fetchone()
        if constraint and set(re.findall(r"[a-z_]+\.[a-z_]+", constraint[0])) == set(verbs):
            return False
        cursor.execute(_WRITE, [sorted(verbs)])
    return True
