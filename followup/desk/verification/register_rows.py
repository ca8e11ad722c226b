"""Texts, legal bases and keys, compared with the files and the events that they come from."""

from __future__ import annotations

from collections.abc import Iterator

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.definitions import strict_yaml
from consent.models import LegalBasis, Text
from consent.texts import catalogue, legal_bases
from followup.desk.verification.comparison import Comparison, Mismatch

COMPARISONS = (
    Comparison(
        "key: it is destroyed, and no event of the vault names it",
        """
        SELECT key.keeping || ' ' || key.subject FROM vault_key key
        WHERE key.destroyed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM audit_event event
            WHERE event.verb LIKE 'vault.%%'
              AND event.verb NOT IN (%(verb_integrity_broken)s, %(verb_keys_rotated)s, %(verb_row_resealed)s)
              AND (event.subject = key.subject OR event.object_id = key.subject::text
                OR event.about LIKE '%%' || key.subject || '%%')
        )
        """,
    ),
    Comparison(
        "approval of a text: no event tells of it",
        """
        SELECT approval.sha256 FROM consent_textapproval approval
        WHERE NOT EXISTS (
            SELECT FROM audit_event event
            WHERE event.verb = %(verb_administered)s AND event.object_name = %(name_text_approval)s
              AND event.object_id = approval.id::text AND event.about = approval.sha256
        )
        """,
    ),
)


def mismatches() -> Iterator[Mismatch]:
    """The texts and legal bases that are not those of the files, or of the events since. Three queries."""
    published = {catalogue.hash_of(content) for content in catalogue.read(catalogue.FOLDER).values()}
    texts = Text.objects.order_by("pk").values_list("kind", "language", "version", "sha256")
    yield Mismatch(
        "text: no file says this",
        [f"{kind} {language} {version}" for kind, language, version, sha256 in texts if sha256 not in published],
    )
    yield Mismatch(
        "legal basis: it is not what its file and its last event say", [str(basis.pk) for basis in _changed_bases()]
    )


def _changed_bases() -> Iterator[LegalBasis]:
    declared = {
        (entry["kind"], entry["regulation"], entry["since"]): entry for entry in strict_yaml.load(legal_bases.FILE)
    }
    ends = Event.objects.filter(object_name=LegalBasis.RECORD_NAME, reason=Reason.END_SET).order_by("pk")
    set_to = dict(ends.values_list("object_id", "about"))
    for basis in LegalBasis.objects.order_by("pk"):
        entry = declared.get((basis.kind, basis.regulation, basis.since))
        until = set_to.get(str(basis.pk), str(entry.get("until")) if entry else "")
        if entry is None or (str(basis.until), basis.demonstration) != (until, bool(entry.get("demonstration"))):
            yield basis
