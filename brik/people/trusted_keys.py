"""Who is known by a key already: a signature must never be two senders'."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from brik.people.organisations import Organisation
from brik.people.received import MessageKey


def holder(jwk: dict[str, Any], *, kid: str, but: Organisation | MessageKey | None = None) -> str:
    """The name of whoever is believed by this key, or by another of the same id, besides ``but``; else empty."""
    modulus = jwk.get("n", "")
    organisations = Organisation.objects.filter(Q(public_key__kid=kid) | Q(public_key__n=modulus))
    senders = MessageKey.objects.filter(Q(kid=kid) | Q(jwk__n=modulus), active=True)
    if isinstance(but, Organisation):
        organisations = organisations.exclude(pk=but.pk)
    elif but is not None:
        senders = senders.exclude(pk=but.pk)
    found = organisations.values_list("name", flat=True).first() or senders.values_list("sender", flat=True).first()
    return found or ""
