"""The units, organisations and accounts of the demonstration, from ``fixtures/demo``."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from brik.definitions import fixtures, strict_yaml
from brik.staff.models import MapperApproval, Organisation, OrganisationKind, Post, Role, Staff, Unit
from followup.demo.counterpart import keys

FOLDER = fixtures.FOLDER / "demo"
PASSWORD_FILE = "demo-password.txt"  # noqa: S105


def read(name: str) -> Any:
    """The content of one file of the demonstration. Raises ``DefinitionError`` when the file is wrong."""
    return strict_yaml.load(FOLDER / name)


def accounts() -> Iterator[tuple[str, str]]:
    """Each user name and what the account is for, in the order of printing."""
    for row in read("accounts.yaml"):
        yield row["username"], row["does"]


def password() -> str:
    """The password of all demonstration accounts: from ``BRIK_DEMO_PASSWORD``, else generated once and stored."""
    word = os.environ.get("BRIK_DEMO_PASSWORD", "")
    file = settings.KEY_DIR / PASSWORD_FILE
    if word:
        return word
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12))
    return str(file.read_text())


@transaction.atomic
def load() -> None:
    """Load units, organisations and accounts from the files. Existing accounts stay; a changed password is set."""
    for row in read("units.yaml"):
        Unit.objects.update_or_create(number=row["number"], defaults={"name": row["name"], "district": row["district"]})
    for row in read("organisations.yaml"):
        served = row.pop("units", [])
        number = row.pop("number")
        organisation, _ = Organisation.objects.update_or_create(number=number, defaults=row)
        if organisation.kind == OrganisationKind.CASE_SYSTEM:
            organisation.public_key = keys.public_jwk(settings.DATA_DIR)
            organisation.save()
        organisation.units.set(Unit.objects.filter(number__in=served))
    _accounts()


def _accounts() -> None:
    word = password()
    hashed = make_password(word)
    since = timezone.localdate() - timedelta(days=365)
    leader: Staff | None = None
    for row in sorted(read("accounts.yaml"), key=lambda row: row["role"] != Role.LEADER):
        staff = Staff.objects.filter(username=row["username"]).first()
        if staff is None:
            organisation = Organisation.objects.filter(number=row.get("organisation", "")).first()
            unit = Unit.objects.filter(number=row.get("unit", "")).first()
            staff = Staff(username=row["username"], name=row["name"], organisation=organisation, password=hashed)
            staff.save()
            Post.objects.create(staff=staff, role=row["role"], unit=unit, since=since)
            if row["role"] == Role.MAPPER and unit:
                MapperApproval.objects.create(staff=staff, unit=unit, approved_by=leader or staff, since=since)
        elif leader is None and not check_password(word, staff.password):
            # Checking one account is enough: all have the same password.
            Staff.objects.filter(username__in=[name for name, _ in accounts()]).change(password=hashed)
        if row["role"] == Role.LEADER:
            leader = staff
