"""The database refuses a verb that is not on the list. ``migrate`` writes the list anew when it has changed.

So a new verb needs no migration. Rows from before are not looked at again: they were checked when they came.
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


def keep(verbs: Collection[str] = Verb.values, *, using: str = "default") -> bool:
    """Let the database take these verbs and no others. Whether anything had to be written."""
    with connections[using].cursor() as cursor:
        cursor.execute(_READ)
        found = cursor.fetchone()
        if found and set(re.findall(r"[a-z_]+\.[a-z_]+", found[0])) == set(verbs):
            return False
        cursor.execute(_WRITE, [sorted(verbs)])
    return True
