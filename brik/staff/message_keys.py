"""The keys that senders of arrival messages sign with. Each key belongs to one sender."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.staff.access import Scope, scope_of
from brik.staff.organisations import Organisation
from brik.staff.permissions import StaffPermission
from brik.staff.replaced_keys import ReplacedKey
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet

if TYPE_CHECKING:
    from brik.staff.accounts import Staff

# The parts of a key that are stored; all others are dropped.
PUBLIC_PARTS = ("kty", "n", "e", "kid", "alg", "use")

_PLAIN = re.compile(r"[\x21-\x7e]*")


def public_rsa_key(value: object) -> None:
    """Refuse anything but the public half of an RSA key of at least 2048 bits, as a JWK."""
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    if not isinstance(value, dict) or value.get("kty") != "RSA" or {"d", "p", "q", "k"} & set(value):
        raise ValidationError(_("Lim inn den offentlige delen av en RSA-nøkkel (JWK). Den private skal aldri hit."))
    if not all(isinstance(value.get(part, ""), str) and _PLAIN.fullmatch(value.get(part, "")) for part in PUBLIC_PARTS):
        raise ValidationError(_("Dette er ikke en lesbar RSA-nøkkel (JWK)."))
    try:
        # Checked first: the library only warns of a short key.
        long_enough = _number(value.get("n", "")).bit_length() >= 2048
        if long_enough:
            _number(value.get("e", ""))
            RSAKey.import_key(value)
    except (JoseError, ValueError, TypeError) as error:
        raise ValidationError(_("Dette er ikke en lesbar RSA-nøkkel (JWK).")) from error
    if not long_enough:
        raise ValidationError(_("Nøkkelen er for kort. Den skal ha minst 2048 biter."))


def _number(text: str) -> int:
    """A number of a key. Raises ``ValueError`` unless it is written in the shortest way (RFC 7518, 6.3.1)."""
    number = int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=") != text:
        raise ValueError("not the shortest way to write it")
    return number


class MessageKeyQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> MessageKeyQuerySet:
        return self if scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL else self.none()

    def trusted(self) -> MessageKeyQuerySet:
        """Those whose signature counts now."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), active=True)


class MessageKey(CodedModel):
    """A key that a sender of arrival messages signs with."""

    RECORD_NAME = "message_key"

    kid = models.CharField("Nøkkel-id (kid)", max_length=100, unique=True)
    sender = models.CharField("Avsender (senderOrganization)", max_length=40, default="KRIMINALOMSORGEN")
    jwk = models.JSONField("Offentlig nøkkel (JWK)", validators=[public_rsa_key])
    active = models.BooleanField("I bruk", default=True)
    # Set when another key of the sender has taken its place: so long it is still good.
    until = models.DateTimeField(null=True, blank=True)

    objects = MessageKeyQuerySet.as_manager()

    class Meta:
        ordering = ["sender", "kid"]

    @property
    def is_trusted(self) -> bool:
        """Whether its signature counts now."""
        return self.active and (self.until is None or self.until > timezone.now())


def key_owner(jwk: dict[str, Any], *, kid: str, but: Organisation | MessageKey | None = None) -> str:
    """The name of the sender, or of the organisation, other than ``but``, that has this key or its id; empty for none.

    An organisation's stays its own when it has another.
    """
    modulus = jwk.get("n", "")
    has_it = Q(public_key__kid=kid) | Q(public_key__n=modulus)
    had_it = ReplacedKey.objects.filter(Q(kid=kid) | Q(jwk__n=modulus)).values("organisation")
    organisations = Organisation.objects.filter(has_it | Q(pk__in=had_it))
    senders = MessageKey.objects.filter(Q(kid=kid) | Q(jwk__n=modulus), active=True)
    if isinstance(but, Organisation):
        organisations = organisations.exclude(pk=but.pk)
    elif but is not None:
        senders = senders.exclude(pk=but.pk)
    name = organisations.values_list("name", flat=True).first() or senders.values_list("sender", flat=True).first()
    return name or ""
