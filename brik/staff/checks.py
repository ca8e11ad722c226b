"""Start-up checks: permissions and roles agree, proposals can be carried out, recipients are complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from brik.definitions.recipients import OrganisationKind, flaws
from brik.staff.access import Scope, roles
from brik.staff.accounts import ROLE_KINDS, Role
from brik.staff.four_eyes.effects import EFFECTS
from brik.staff.four_eyes.proposals import ProposalKind
from brik.staff.organisations import Organisation


@register()
def permissions_and_roles_match(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors that name the permission or role; any error stops the start."""
    declared, granted = set(declared_permissions()), set()
    errors: list[CheckMessage] = []
    # The types are not checked yet: a setting names the table.
    table: Mapping[str, Mapping[StrEnum, object]] = roles()
    for role, permissions in table.items():
        if role not in Role.values:
            errors.append(Error(f"The roles table names an unknown role: {role}.", id="staff.E001"))
        for permission, scope in permissions.items():
            granted.add(permission)
            if not isinstance(scope, Scope):
                errors.append(Error(f"{role}: {permission} has no scope.", id="staff.E002"))
    for role in sorted(set(Role.values) - set(roles())):
        errors.append(Error(f"The roles table lacks the role {role}.", id="staff.E003"))
    for permission in sorted(granted - declared):
        errors.append(Error(f"No room declares the permission {permission}.", id="staff.E004"))
    for permission in sorted(declared - granted):
        errors.append(Error(f"The roles table gives nobody the permission {permission}.", id="staff.E005"))
    values = [permission.value for permission in declared]
    for value in sorted({value for value in values if values.count(value) > 1}):
        errors.append(Error(f"Two rooms declare the permission {value}.", id="staff.E006"))
    return errors


@register()
def every_role_has_a_kind(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each role of which nothing says whether it has a unit, and whether a decider may hold it too."""
    missing = [role for role in Role if role not in ROLE_KINDS]
    return [Error(f"The role {role} has no kind in ROLE_KINDS.", id="staff.E009") for role in missing]


@register()
def every_kind_of_proposal_can_be_carried_out(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind that could be proposed and confirmed without anything being done."""
    missing = [kind for kind in ProposalKind if kind not in EFFECTS]
    return [Error(f"Nothing carries out a proposal of the kind {kind.name}.", id="staff.E008") for kind in missing]


@register()
def recipients_have_all_they_need(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each fact that the entry of a kind of recipient lacks, or shares with another kind."""
    return [Error(sentence, id="staff.E007") for sentence in flaws(OrganisationKind)]


@register(Tags.database)
def organisations_in_use_have_a_basis(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What ``manage.py check --database default`` says of recipients: in use and incomplete, or with an ended basis."""
    if not databases or Organisation._meta.db_table not in connection.introspection.table_names():
        return []
    rows = list(Organisation.objects.filter(active=True))
    incomplete = sum(not (row.legal_basis.strip() and row.contact.strip() and row.retention_months) for row in rows)
    ended = sum(not row.has_legal_basis for row in rows) if not incomplete else 0
    messages: list[CheckMessage] = []
    if incomplete:
        sentence = f"{incomplete} organisations in use lack legal basis, contact or retention."
        messages.append(Error(sentence, id="staff.E010"))
    if ended:
        sentence = f"The legal basis of {ended} organisations in use has ended: they are offered and read nothing."
        messages.append(Warning(sentence, hint="Propose a new day, or take them out of use.", id="staff.W010"))
    return messages


def declared_permissions() -> list[StrEnum]:
    """What every installed room declares in its ``permissions.py``."""
    permissions: list[StrEnum] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.split(".")[0] in {"brik", "consent", "followup"} and find_spec(name):
            for value in vars(import_module(name)).values():
                own = isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == name
                permissions += list(value) if own else []
    return permissions
