"""The pages that wait for the redirect of their form: sealed, fetched once, and gone after a minute.

The key of each comes from the installation's own key and from a cookie that only the browser has, so the table and a
copy of it say nothing.
"""

from __future__ import annotations

import json
import uuid
import zlib
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.utils import timezone

from brik.vault.keys import lookup_hash
from brik.vault.sealing import SealBroken, associated_data, seal, unseal

KEPT_FOR = timedelta(minutes=1)
_PURPOSE = "staff.kept_page"


@dataclass(frozen=True)
class WaitingPage:
    """A page that waits. ``own_words``: it has nothing but the house's sentences and what its user has typed."""

    status: int
    headers: dict[str, str]
    body: bytes
    own_words: bool


class KeptPageQuerySet(models.QuerySet["KeptPage"]):
    def keep(self, waiting: WaitingPage, *, browser: str, user: str) -> KeptPage:
        """Store a page for one browser and the user signed in there; pages that nobody has fetched are deleted."""
        self.forget_old()
        page = KeptPage(browser=lookup_hash(_PURPOSE, browser))
        head = {"status": waiting.status, "headers": waiting.headers, "own_words": waiting.own_words}
        plain = json.dumps(head).encode() + b"\n" + waiting.body
        page.sealed = seal(page.key(browser), zlib.compress(plain), page.bound_to(user))
        page.save(force_insert=True)
        return page

    def take(self, pk: uuid.UUID, *, browser: str, user: str) -> WaitingPage | None:
        """A page, which is deleted; None where there is none for this browser and user."""
        page = self.filter(pk=pk, browser=lookup_hash(_PURPOSE, browser), at__gte=timezone.now() - KEPT_FOR).first()
        # Of two requests for the same page one gets it.
        if page is None or not self.filter(pk=pk).delete()[0]:
            return None
        try:
            plain = zlib.decompress(unseal(page.key(browser), bytes(page.sealed), page.bound_to(user)))
        except SealBroken:
            return None
        head, _, body = plain.partition(b"\n")
        return WaitingPage(body=body, **json.loads(head))

    def forget_old(self) -> None:
        """Delete the pages that nobody has fetched in time."""
        self.filter(at__lt=timezone.now() - KEPT_FOR).delete()

    def forget(self, browser: str) -> None:
        """Delete the pages of a browser, when its user signs out."""
        self.filter(browser=lookup_hash(_PURPOSE, browser)).delete()


class KeptPage(models.Model):
    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    objects = KeptPageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="kept_page_by_time")]

    def key(self, browser: str) -> AESGCM:
        """The key of this page, which the browser's cookie is needed for."""
        return AESGCM(lookup_hash(f"{_PURPOSE}.key", f"{browser}:{self.pk}"))

    def bound_to(self, user: str) -> bytes:
        return associated_data(_PURPOSE, self.pk.bytes, user)
