"""Reads what the roles of the database may do with each table, compares it with the list, and writes it."""

from __future__ import annotations

from collections import defaultdict

from django.db import connections, transaction

from brik.grants import APPLICATION, ROTATION, named, wanted

# Everybody who signs in to the database.
EVERYBODY = "PUBLIC"
ROLES = (APPLICATION, ROTATION, EVERYBODY)

# Those of the owner of the log: an extension may have tables of its own there.
_TABLES = """
SELECT relname, relispartition FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
  AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('audit_event'))
ORDER BY relname
"""
_PRESENT = """
SELECT coalesce(role.rolname, 'PUBLIC'), held.relname, held.privilege
FROM (
    SELECT relname, acl.grantee, acl.privilege_type AS privilege
    FROM pg_class, aclexplode(relacl) AS acl WHERE relnamespace = 'public'::regnamespace AND relkind <> 'S'
    UNION ALL
    SELECT relname, acl.grantee, format('%%s (%%s)', acl.privilege_type, attname)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) AS acl
    WHERE relnamespace = 'public'::regnamespace AND relkind <> 'S'
) AS held LEFT JOIN pg_roles AS role ON role.oid = held.grantee
WHERE held.grantee = 0 OR role.rolname = ANY(%s)
"""

# Of a role and a table: what it may do, and what it should be able to do.
Difference = tuple[str, str, frozenset[str], frozenset[str]]


def differences(using: str = "default") -> list[str]:
    """A sentence for each role and table that differ from the list, and for each table that only the list has."""
    found = [
        f"{role} has {_listed(has)} on {table}, and should have {_listed(should)}."
        for role, table, has, should in _compared(using)
    ]
    missing = sorted(named() - _tables(using).keys())
    return [*found, *(f"brik/grants.py names {table}, and there is no such table." for table in missing)]


def write(using: str = "default") -> bool:
    """Make the database agree with the list, as the owner of the tables. True if something had to be written."""
    with transaction.atomic(using=using):
        compared = _compared(using)
        with connections[using].cursor() as cursor:
            for role, table, _, should in compared:
                cursor.execute(f"REVOKE ALL ON {_quoted(table)} FROM {role}")
                for privilege in sorted(should):
                    cursor.execute(f"GRANT {privilege} ON {_quoted(table)} TO {role}")
    return bool(compared)


def _compared(using: str) -> list[Difference]:
    present = _present(using)
    compared = []
    for table, is_partition in _tables(using).items():
        for role in ROLES:
            # A partition is used through its table only.
            should = frozenset[str]() if is_partition else wanted(role, table)
            if present[role, table] != should:
                compared.append((role, table, present[role, table], should))
    return compared


def _tables(using: str) -> dict[str, bool]:
    """Every table, and whether it is a partition."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TABLES)
        return dict(cursor.fetchall())


def _present(using: str) -> defaultdict[tuple[str, str], frozenset[str]]:
    present: defaultdict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    with connections[using].cursor() as cursor:
        cursor.execute(_PRESENT, [list(ROLES)])
        for role, table, privilege in cursor.fetchall():
            present[role, table] |= {privilege}
    return present


def _listed(privileges: frozenset[str]) -> str:
    return ", ".join(sorted(privileges)) or "nothing"


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
