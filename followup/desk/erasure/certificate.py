"""The certificate of an erasure: what was decided, done and looked at, signed with the house's key. It names nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from joserfc.jwk import RSAKey

from brik.audit.actors import Actor
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.vault.canonical import canonical, sha256
from brik.vault.providers.provider import provider
from followup.desk.erasure.proof import ErasureProof, ProofStep
from followup.desk.retention.erasures import ErasureExtent
from followup.sharing.wire import signing
from followup.sharing.wire.message_schemas import InvalidMessage

SCHEMA: Final = "brik.slettebevis"
# How the parts of the certificate are called where people read it.
_WHAT: Final = {ErasureExtent.SAID: "what the person has said, and what was shared", ErasureExtent.EVERYTHING: "all"}


def content_of(proof: ErasureProof, steps: Sequence[ProofStep], *, at: datetime, by: Actor) -> dict[str, Any]:
    """What the certificate says: ids and moments only."""
    erasure, decision = proof.erasure, proof.erasure.decided
    assert decision is not None  # noqa: S101 - the first step has shown it
    return {
        "schema": SCHEMA,
        "installation": provider().installation,
        "erasure": str(erasure.pk),
        "person": [str(person) for person in proof.people],
        "extent": ErasureExtent(erasure.extent).name.lower(),
        "why": erasure.why,
        "proposed": _said(erasure.proposed_by.actor_id, erasure.proposed_at),
        "confirmed": _said(decision.decided_by.actor_id, decision.decided_at),
        "data_keys": [
            {
                "keeping": key.keeping,
                "subject": str(key.subject),
                "wrapping_key": key.key_id,
                "destroyed_at": _moment(key.destroyed_at),
            }
            for key in proof.keys
        ],
        "wrapping_keys": [
            {
                "id": life.key_id,
                "destroyed_at": _moment(life.destroyed_at),
                "copies_destroyed_at": _moment(life.copies_destroyed_at),
            }
            for life in proof.wrapping_keys
        ],
        "steps": [{"name": step.name, "said": step.said} for step in steps],
        "proved": _said(by.actor_id, at),
    }


def sign(content: dict[str, Any], *, key: RSAKey | None = None) -> str:
    """The certificate with its signature, as JSON: the content to read, and the signed bytes."""
    token = signing.sign(canonical(content), key=key or signing.own_key(), message_id=str(uuid4()), schema=SCHEMA)
    return json.dumps({"certificate": content, "signed": token}, indent=2, ensure_ascii=False) + "\n"


def verified(written: str, key_of: signing.KeyOf | None = None) -> dict[str, Any]:
    """The content of a certificate whose signature fits, by the house's own key if no other is given.

    The house's key is good if it may have signed when the log says that this certificate was made, or signs now.
    Raises :class:`InvalidMessage`.
    """
    try:
        stored = json.loads(written)
        content, token = stored["certificate"], stored["signed"]
    except (ValueError, KeyError, TypeError):
        raise InvalidMessage("it is no certificate") from None
    signed = signing.verify(str(token), key_of or _own_key(content))
    if signed.schema != SCHEMA or signed.payload != canonical(content):
        raise InvalidMessage("what it says is not what was signed")
    return dict(content)


def in_words(content: dict[str, Any]) -> str:
    """The certificate as text for whoever reads it."""
    proposed, confirmed, proved = content["proposed"], content["confirmed"], content["proved"]
    lines = [
        f"Certificate of erasure {content['erasure']}",
        f"Installation: {content['installation']}",
        f"About: {', '.join(content['person'])}",
        f"Erased: {_WHAT[ErasureExtent[content['extent'].upper()]]}; because: {content['why']}",
        f"Proposed by {proposed['by']} at {proposed['at']}",
        f"Confirmed by {confirmed['by']} at {confirmed['at']}",
        *(
            f"Data key {key['keeping']} {key['subject']}, wrapped by {key['wrapping_key']}: destroyed at"
            f" {key['destroyed_at']}"
            for key in content["data_keys"]
        ),
        *(
            f"Wrapping key {key['id']}: destroyed at {key['destroyed_at']}, its copies by {key['copies_destroyed_at']}"
            for key in content["wrapping_keys"]
        ),
        *(f"Step {number}, {step['name']}: {step['said']}" for number, step in enumerate(content["steps"], start=1)),
        f"Proved by {proved['by']} at {proved['at']}",
    ]
    return "\n".join(lines)


def _own_key(content: dict[str, Any]) -> signing.KeyOf:
    made = Event.objects.filter(verb=Verb.ERASURE_PROVED, about=sha256(canonical(content))).order_by("pk").first()
    return signing.own_public_key if made is None else signing.own_key_at(made.at)


def _said(by: str, at: datetime) -> dict[str, str | None]:
    return {"by": by, "at": _moment(at)}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None
