"""The roles table and what the rooms declare match, and a mismatch stops the start."""

from enum import StrEnum
from typing import Any

import pytest

from brik.people.permissions import PeoplePermission
from brik.roles import ROLES
from brik.staff import access, checks
from brik.staff.access import Scope
from brik.staff.permissions import StaffPermission


class Stray(StrEnum):
    UNKNOWN = "stray.unknown"


def ids():
    return [found.id for found in checks.permissions_and_roles_match(None)]


@pytest.fixture
def table(monkeypatch):
    table: Any = ROLES
    changed = {role: dict(permissions) for role, permissions in table.items()}
    monkeypatch.setattr(checks, "roles", lambda: changed)
    return changed


def test_the_table_of_the_house_matches():
    assert checks.permissions_and_roles_match(None) == []
    assert set(PeoplePermission) <= set(checks.declared_permissions())


def test_a_permission_nobody_has_is_found(table):
    del table["system"][StaffPermission.ADMINISTER]
    assert ids() == ["staff.E005"]


def test_a_permission_no_room_declares_is_found(table):
    table["leder"][Stray.UNKNOWN] = Scope.UNIT
    assert ids() == ["staff.E004"]


def test_a_role_too_much_or_too_little_is_found(table):
    table["konge"] = table.pop("partner")
    assert "staff.E001" in ids()
    assert "staff.E003" in ids()


def test_a_permission_without_a_scope_is_found(table):
    table["leder"][PeoplePermission.SEE_PEOPLE] = True
    assert ids() == ["staff.E002"]


def test_access_reads_the_same_table():
    assert access.roles() is ROLES
