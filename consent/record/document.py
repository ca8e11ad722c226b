"""The stored document of a consent: canonical bytes from which read-back, receipt and hash are made.

It holds every sentence and every choice as shown, in the person's language: later changes of texts, templates and
registers do not change what somebody signed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from brik.definitions.languages import BY_CODE
from brik.vault.sealing import SealBroken

if TYPE_CHECKING:
    from consent.record.decisions import Consent
    from consent.record.withdrawal.rows import WithdrawalReceipt
from brik.vault.canonical import sha256

SCHEMA = "brik.samtykke/1"
WITHDRAWAL_SCHEMA = "brik.tilbaketrekking/1"


@dataclass(frozen=True)
class Source:
    """Somebody who may be asked about the person, and about which themes."""

    number: int
    name: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class ConsentDocument:
    """A stored document, opened."""

    data: bytes

    @cached_property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.data)
        return content

    @property
    def title(self) -> str:
        return str(self.content["title"])

    @property
    def file_title(self) -> str:
        """A title for windows and files, which says nothing of what was decided."""
        return str(self.content["file_title"])

    @property
    def closing(self) -> dict[str, Any]:
        """The last page of the talk: a title, sentences and a button."""
        closing: dict[str, Any] = self.content["closing"]
        return closing

    @property
    def language(self) -> str:
        return str(self.content["language"])

    @property
    def direction(self) -> str:
        return BY_CODE[self.language].direction

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What was shown and chosen, in order: headings, paragraphs and choices."""
        return list(self.content["blocks"])

    @property
    def page_words(self) -> str:
        """What the foot of a page says, with ``{number}`` and ``{total}``; empty in documents older than this part."""
        return str(self.content.get("page_words", ""))

    @property
    def for_staff(self) -> list[dict[str, Any]]:
        """The choices in bokmål for the staff; empty where the document is in bokmål, or older than this part."""
        return list(self.content.get("for_staff", []))

    @property
    def for_staff_title(self) -> str:
        """The heading over them; empty where there are none, or in documents older than this part."""
        return str(self.content.get("for_staff_title", ""))

    @property
    def decisions(self) -> list[dict[str, Any]]:
        return list(self.content.get("decisions", []))

    @property
    def sources(self) -> list[Source]:
        return [
            Source(source["number"], source["name"], tuple(source["themes"]))
            for source in self.content.get("sources", [])
        ]


def opened(row: Consent | WithdrawalReceipt) -> ConsentDocument:
    """The document of a row. Raises ``SealBroken`` where it does not have its hash."""
    data = bytes(row.document.open())
    if sha256(data) != row.document_sha256:
        raise SealBroken("the document does not have its hash")
    return ConsentDocument(data)
