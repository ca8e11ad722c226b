"""The keys that recipients signed receipts with before they had another: good for the overlap, and proof for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from brik.staff.organisations import Organisation
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet, changed_past_us, proved
from brik.vault.custody.key_overlap import overlap


class ReplacedKeyQuerySet(CodedQuerySet):
    def good(self) -> ReplacedKeyQuerySet:
        """Those whose signature still counts."""
        return self.filter(until__gt=timezone.now())


class ReplacedKey(CodedModel):
    """A key of a recipient that has another now, or none. Only an earlier end is ever written to it.

    Receipts that came before ``until`` were signed in time, and still verify. When they came is noted by us.
    """

    RECORD_NAME = "replaced_key"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="replaced_keys")
    kid = models.CharField(max_length=100)
    jwk = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField()

    objects = ReplacedKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        indexes = [models.Index(fields=["kid"], name="replaced_key_by_kid")]


def set_key(organisation: Organisation, jwk: dict[str, Any] | None) -> None:
    """Give an organisation, locked by the caller, another key; without one, all that it has had end now.

    The one before is good for the overlap, so that what was signed with it can still arrive.
    """
    now, before = timezone.now(), organisation.public_key
    if before and before != jwk:
        until = now + overlap() if jwk else now
        ReplacedKey.objects.create(organisation=organisation, kid=before.get("kid", ""), jwk=before, until=until)
    if not jwk:
        ReplacedKey.objects.good().filter(organisation=organisation).change(until=now)
    organisation.public_key = jwk
    organisation.save(update_fields=["public_key"])


def signer(kid: str) -> tuple[Organisation, dict[str, Any]] | None:
    """The organisation in use that signs with the key of this id now, or did until a moment ago, and the key (JWK).

    Raises ``CodeBroken`` for a row that was changed past us.
    """
    organisation = Organisation.objects.filter(active=True, public_key__kid=kid).first()
    if organisation is not None:
        organisation.demand_code()
        return organisation, dict(organisation.public_key or {})
    replaced = (
        ReplacedKey.objects.good().filter(kid=kid, organisation__active=True).select_related("organisation").first()
    )
    if replaced is None:
        return None
    proved([replaced])
    return replaced.organisation, dict(replaced.jwk)


def replaced_key(organisation_id: int, kid: str) -> dict[str, Any] | None:
    """The replaced key (JWK) of an organisation that is still good now; None for none of this id.

    One that was changed past us is none: its receipt is then not believed, and asked for again.
    """
    found = ReplacedKey.objects.good().filter(kid=kid, organisation=organisation_id).first()
    return dict(found.jwk) if found is not None and not changed_past_us([found]) else None


def key_at(organisation: Organisation, kid: str, moment: datetime) -> dict[str, Any] | None:
    """The key (JWK) of this id that was good when something came from an organisation; None for no such key.

    Take the moment from a row that proves it, never from what was signed. Raises ``CodeBroken``.
    """
    if organisation.public_key and organisation.public_key.get("kid") == kid:
        organisation.demand_code()
        return dict(organisation.public_key)
    good = [key for key in organisation.replaced_keys.all() if key.kid == kid and moment < key.until]
    return dict(proved(good)[0].jwk) if good else None


def is_of_another_key(organisation: Organisation, jwk: dict[str, Any]) -> bool:
    """Whether the id of this key names another of the organisation, now or before."""
    before = ReplacedKey.objects.filter(organisation=organisation, kid=jwk["kid"]).values_list("jwk", flat=True)
    return any(
        key.get("kid") == jwk["kid"] and key.get("n") != jwk.get("n")
        for key in (organisation.public_key or {}, *before)
    )
