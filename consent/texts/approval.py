"""Records who approved a text. The approval is made outside BRIK; here stands who made it, of which bytes."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from consent.texts import catalogue
from consent.texts.published_texts import TextApproval


@transaction.atomic
def approve(
    name: str, sha256: str, *, approved_by: str, language_read_by: str, by: Actor, folder: Path | None = None
) -> TextApproval:
    """Record who approved a file of the texts. ``sha256`` is the hash they approved, as ``missing`` prints it.

    Two people: one answers for what the text promises, and one who reads its language has read it. Recorded once;
    another name for the same text is refused.

    Raises:
        DefinitionError: a file of the folder is wrong.
        ValueError: there is no such file, it is another text than was approved or says that nobody has approved it,
            the two are one, or others are recorded.
    """
    folder = folder or catalogue.FOLDER
    content = catalogue.read(folder).get(name)
    if content is None:
        raise ValueError(f"There is no text {name} in {folder.name}.")
    if not content["approved"]:
        raise ValueError(f"{name} says approved: false. Set approved: true in it first; that changes its hash.")
    if catalogue.hash_of(content) != sha256:
        raise ValueError(f"{name} has another hash than what was approved: {catalogue.hash_of(content)}.")
    approved_by, language_read_by = approved_by.strip(), language_read_by.strip()
    if not (approved_by and language_read_by) or approved_by.casefold() == language_read_by.casefold():
        raise ValueError("Two different people: one who approves it, and one who has read it in its language.")
    about = {part: content[part] for part in ("kind", "language", "version")}
    approval, is_new = TextApproval.objects.get_or_create(
        sha256=sha256, defaults={**about, "approved_by": approved_by, "language_read_by": language_read_by}
    )
    if (approval.approved_by, approval.language_read_by) != (approved_by, language_read_by):
        raise ValueError(f"{name} was approved by {approval.approved_by} and {approval.language_read_by}.")
    if is_new:
        log.record(Verb.ADMINISTERED, by=by, obj=approval, reason=Reason.TEXT_APPROVED, about=sha256)
    return approval


def missing(folder: Path | None = None) -> dict[str, str]:
    """The files of the newest texts that lack an approval, with the reason. Raises ``DefinitionError``."""
    newest = catalogue.newest_of(catalogue.read(folder or catalogue.FOLDER))
    recorded = set(TextApproval.objects.values_list("sha256", flat=True))
    reasons = {}
    for name, content in newest.items():
        sha256 = catalogue.hash_of(content)
        if not content["approved"]:
            reasons[name] = "it says approved: false"
        elif sha256 not in recorded:
            reasons[name] = f"nobody is recorded as having approved {sha256}"
    return reasons
