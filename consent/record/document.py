"""The one stored document of a consent: canonical bytes from which read-back, receipt and hash all come.

It holds every sentence as it was shown and every choice with its label, in the person's language, so that texts,
templates and registers may change without changing what somebody signed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from brik.definitions.languages import BY_CODE
from brik.vault.sealing import SealBroken

if TYPE_CHECKING:
    from consent.record.decisions import Consent, WithdrawalReceipt
from brik.vault.canonical import sha256

SCHEMA = "brik.samtykke/1"
WITHDRAWAL_SCHEMA = "brik.tilbaketrekking/1"


@dataclass(frozen=True)
class Source:
    """Somebody who may be asked about the person, by name, and the themes they may be asked about."""

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
        """What may stand in the title of a window: nothing of what was decided."""
        return str(self.content["file_title"])

    @property
    def closing(self) -> dict[str, Any]:
        """What the person is told when the talk is over: a title, a few sentences, and a way back."""
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
    def for_staff(self) -> list[dict[str, Any]]:
        """What the staff read in bokmål; empty where the document itself is in bokmål, or is older than this part."""
        return list(self.content.get("for_staff", []))

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
    """The document of a row. Raises ``SealBroken`` rather than giving other bytes."""
    data = bytes(row.document.open())
    if sha256(data) != row.document_sha256:
        raise SealBroken("the document does not have its hash")
    return ConsentDocument(data)
