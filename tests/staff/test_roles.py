"""The roles table and what the rooms declare match, and a mismatch stops the start."""

from enum import StrEnum
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, transaction
from django.utils import timezone

from brik.people.permissions import PeoplePermission
from brik.roles import ROLES
from brik.staff import access, checks
from brik.staff.access import Scope
from brik.staff.accounts import ROLE_KINDS, UNIT_ROLES, Post, Role, RoleKind
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed, check_post
from tests import situations


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


def test_a_role_without_a_kind_stops_the_start(monkeypatch):
    monkeypatch.delitem(ROLE_KINDS, Role.LEADER)
    with pytest.raises(SystemCheckError, match="The role leder has no kind in ROLE_KINDS"):
        call_command("check")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECIDER])
@pytest.mark.parametrize("same_unit", [True, False])
def test_the_database_keeps_each_role_apart_from_deciders_as_its_kind_says(role, same_unit):
    decider = situations.an_account(Role.DECIDER)
    unit = situations.a_unit() if same_unit else situations.a_unit("Bergen fengsel")
    post = Post(staff=decider, role=role, unit=unit if role in UNIT_ROLES else None, since=timezone.localdate())
    kind = ROLE_KINDS[role]
    if kind is RoleKind.ALL_UNITS or (kind is RoleKind.UNIT_STAFF and same_unit):
        with pytest.raises(IntegrityError, match="post_deciders_stand_apart"), transaction.atomic():
            post.save()
    else:
        post.save()


@pytest.mark.django_db
def test_the_refusal_names_every_role_that_somebody_who_decides_may_not_hold():
    decider = situations.an_account(Role.DECIDER)
    day = timezone.localdate()
    with pytest.raises(NotAllowed) as refused:
        check_post(decider, role=Role.LEADER, unit=situations.a_unit(), since=day, until=None)
    assert refused.value.sentence == (
        "Den som er beslutter, kan ikke være kartlegger, kontaktbetjent, tilbakeføringskoordinator, sosialkonsulent, "
        "barneansvarlig, verksbetjent, vaktleder eller leder i samme enhet, "
        "og aldri saksbehandler for innsyn, personvernombud eller systemansvarlig."
    )


@pytest.mark.django_db
def test_a_second_role_of_partners_needs_an_organisation_too(monkeypatch):
    monkeypatch.setitem(ROLE_KINDS, Role.PRIVACY, RoleKind.PARTNER)
    account, day = situations.an_account(Role.MAPPER), timezone.localdate()
    with pytest.raises(NotAllowed, match="Samarbeidsparter"):
        check_post(account, role=Role.PRIVACY, unit=None, since=day, until=None)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_database_demands_a_unit_for_a_role_as_its_kind_says(role):
    account = situations.an_account(Role.MAPPER)
    unit = None if role in UNIT_ROLES else situations.a_unit("Bergen fengsel")
    with pytest.raises(IntegrityError, match="post_has_a_unit_when_its_role_does"), transaction.atomic():
        Post.objects.create(staff=account, role=role, unit=unit, since=timezone.localdate())
