"""The legal bases of the talks: declared from a file, and ended on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions import strict_yaml
from brik.definitions.strict_yaml import DefinitionError
from consent.texts.catalogue import FOLDER
from consent.texts.published_texts import LegalBasis

FILE = FOLDER / "legal_bases.yaml"


@dataclass(frozen=True)
class Ended:
    """What ending a basis did, and the end it had before."""

    changed: bool
    before: date | None


@transaction.atomic
def load(path: Path = FILE) -> None:
    """Declare the legal bases of a file. Existing ones stay as they are; invented ones only in a demonstration.

    Raises:
        DefinitionError: the file is wrong, or has another end than the stored basis. Then nothing is declared.
    """
    for entry in strict_yaml.load(path):
        if entry.get("demonstration") and not settings.UNAPPROVED_TEXTS_ALLOWED:
            continue
        named = {name: entry[name] for name in ("kind", "regulation", "since")}
        basis, _ = LegalBasis.objects.get_or_create(**named, defaults=entry)
        if basis.until != entry.get("until"):
            raise DefinitionError(
                path.name,
                1,
                f"{basis.kind} {basis.regulation} has {_end(entry.get('until'))} in the file, but "
                f"{_end(basis.until)} here; set `until` in the file, or run end_legal_basis",
            )


@transaction.atomic
def end(kind: str, regulation: str, *, on: date, by: Actor) -> Ended:
    """End a basis on a day. When the day comes, the periodic work ends the consents given under it.

    An end in the future can be moved; one that has come cannot. The same end again changes nothing.

    Raises:
        ValueError: there is no such basis, the day has passed or is not after the first day, or the basis has ended.
    """
    name, today = f"{kind} {regulation}", timezone.localdate()
    rows = list(LegalBasis.objects.select_for_update().filter(kind=kind, regulation=regulation).order_by("since"))
    if not rows:
        raise ValueError(f"There is no legal basis {name}.")
    if on <= rows[0].since:
        raise ValueError(f"{name} begins on {rows[0].since}; it must end later than that.")
    # Those in force the day before; else the one whose end is in the future.
    stopping = [row for row in rows if row.since < on and (row.until is None or row.until >= on)]
    stopping = stopping or [row for row in rows if row.until is not None and row.until > today][-1:]
    if not stopping:
        raise ValueError(f"{name} ended on {rows[-1].until}; that cannot be changed.")
    before = [row.until for row in stopping]
    changed = [row for row in stopping if row.until != on]
    if changed and on < today:
        raise ValueError(f"{on} has passed; a legal basis ends today or later.")
    for row in changed:
        row.until = on
        row.save(update_fields=["until"])
        log.record(Verb.ADMINISTERED, by=by, obj=row, reason=Reason.END_SET, about=f"{on}")
    return Ended(changed=bool(changed), before=max(filter(None, before), default=None))


def _end(until: date | None) -> str:
    return "no end" if until is None else f"the end {until}"
