"""The roles table and what the rooms declare match, and a mismatch stops the start."""

from enum import StrEnum

import pytest

from brik.people import access, checks
from brik.people.access import Scope
from brik.people.permissions import PeoplePermission
from brik.people.staff_permissions import StaffPermission
from brik.roles import ROLES


class Stray(StrEnum):
    UNKNOWN = "stray.unknown"


def ids():
    return [found.id for found in checks.permissions_and_roles_match(None)]


@pytest.fixture
def table(monkeypatch):
    changed = {role: dict(permissions) for role, permissions in ROLES.items()}
    monkeypatch.setattr(checks, "roles", lambda: changed)
    return changed


def test_the_table_of_the_house_matches():
    assert checks.permissions_and_roles_match(None) == []
    assert set(PeoplePermission) <= set(checks.declared_permissions())


def test_a_permission_nobody_has_is_found(table):
    del table["system"][StaffPermission.ADMINISTER]
    assert ids() == ["people.E005"]


def test_a_permission_no_room_declares_is_found(table):
    table["leder"][Stray.UNKNOWN] = Scope.UNIT
    assert ids() == ["people.E004"]


def test_a_role_too_much_or_too_little_is_found(table):
    table["konge"] = table.pop("partner")
    assert "people.E001" in ids()
    assert "people.E003" in ids()


def test_a_permission_without_a_scope_is_found(table):
    table["leder"][PeoplePermission.SEE_PEOPLE] = True
    assert ids() == ["people.E002"]


def test_access_reads_the_same_table():
    assert access.roles() is ROLES
