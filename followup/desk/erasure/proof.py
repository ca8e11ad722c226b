"""The proof of an erasure, step by step: what was decided is done, and nothing that survives opens or is in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.db import connection
from django.db.models import Q

from brik.arrivals.models import Message
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.same_person import records_of
from brik.people.models import Identifier, Stay
from brik.vault.codes.coded_models import changed_past_us, proved
from brik.vault.codes.row_codes import fits
from brik.vault.custody.owed import WrappingKeyLife, lives
from brik.vault.custody.surviving_keys import SurvivingKeys
from brik.vault.models import Key
from brik.vault.sealing import SealBroken
from followup.desk.erasure.preconditions import hindrances
from followup.desk.erasure.refusals import ErasureRefusal
from followup.desk.erasure.scan import Scan, Scanner
from followup.desk.erasure.word_forms import SHORTEST
from followup.desk.retention.erasures import Erasure, ErasureExtent

# Every table of ours whose rows lie in it, partitions each by itself.
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"


@dataclass(frozen=True)
class Sources:
    """Where to look, and for what; None is what was not given."""

    dump: Path | None
    data_directory: Path | None
    files: Path | None
    logs: Path | None
    # Unmistakable words that the person has said, or is called; never printed.
    words: tuple[str, ...]


@dataclass(frozen=True)
class ProofStep:
    """One thing that was looked at: what it showed, or why it does not."""

    name: str
    passed: bool
    said: str


class NotShown(Exception):
    """A step does not show what it should. Holds the sentence; never a word that was looked for."""


class ErasureProof:
    """Goes through the steps for one erasure."""

    def __init__(self, erasure: Erasure, sources: Sources) -> None:
        self.erasure, self.sources = erasure, sources
        self.people = sorted(records_of([erasure.person_id]))

    @cached_property
    def keys(self) -> list[Key]:
        """The data keys that the erasure is about: what somebody has said since is another matter."""
        found = Key.objects.filter(person__in=self.people, keeping__in=self.erasure.keepings)
        if self.erasure.decided is not None:
            found = found.filter(created_at__lte=self.erasure.decided.decided_at)
        return list(found.order_by("keeping", "subject"))

    @cached_property
    def wrapping_keys(self) -> list[WrappingKeyLife]:
        """Every wrapping key that one of these may have been wrapped by."""
        return [life for life in lives() if any(life.may_have_wrapped(key) for key in self.keys)]

    def steps(self) -> list[ProofStep]:
        """Every step, also after one that has failed."""
        return [*self._gone_through()]

    def _gone_through(self) -> Iterator[ProofStep]:
        of_all: dict[str, Callable[[], str]] = {
            "decision": self._decision,
            "data keys": self._data_keys,
            "identity": self._identity,
            "wrapping keys": self._wrapping_keys,
            "custodians": self._custodians,
            "words": self._words,
            "dump": self._dump,
            "data directory": self._data_directory,
            "files": lambda: self._folder("--files", self.sources.files),
            "logs": lambda: self._folder("--logs", self.sources.logs),
        }
        for name, look in of_all.items():
            try:
                yield ProofStep(name, True, look())
            except NotShown as failed:
                yield ProofStep(name, False, str(failed))
            except OSError as error:
                yield ProofStep(name, False, f"Something cannot be read: {error.strerror or error}.")

    def _decision(self) -> str:
        """Two people have decided it, the log tells of both, and no legal hold stands."""
        decision = self.erasure.decided
        if decision is None or not decision.confirmed:
            raise NotShown("Nobody has confirmed this erasure.")
        try:
            proved([self.erasure, decision])
        except SealBroken:
            raise NotShown("The erasure, or its confirmation, is not what was saved here.") from None
        for verb, row in ((Verb.ERASURE_PROPOSED, self.erasure), (Verb.ERASURE_CONFIRMED, decision)):
            told = Event.objects.filter(verb=verb, object_id=str(row.pk), subject=self.erasure.person_id)
            if not any(fits(event) for event in told):
                raise NotShown(f"The log does not tell of {verb.name}.")
        if ErasureRefusal.HELD in hindrances(self.people, ErasureExtent(self.erasure.extent)):
            raise NotShown("A legal hold stands.")
        return f"Two people decided it; the second on {decision.decided_at:%Y-%m-%d %H:%M}."

    def _data_keys(self) -> str:
        """Every data key is overwritten, and the log tells of each."""
        if not self.keys:
            raise NotShown("There was no data key.")
        living = [key for key in self.keys if key.destroyed_at is None or bytes(key.wrapped)]
        if living:
            raise NotShown(f"{len(living)} data keys live.")
        if changed_past_us(self.keys):
            raise NotShown("A row of a key is not what was saved here.")
        told = Event.objects.filter(verb=Verb.KEY_DESTROYED, object_id__in=[str(key.pk) for key in self.keys])
        named = {event.about for event in told if fits(event)}
        if missing := [key for key in self.keys if mark_of(key).decode() not in named]:
            raise NotShown(f"The log does not tell of the end of {len(missing)} data keys.")
        return f"{len(self.keys)} data keys are destroyed, each with its event."

    def _identity(self) -> str:
        """Where everything goes: nothing is left by which the person is found."""
        if self.erasure.extent != ErasureExtent.EVERYTHING:
            return "Who it is stays, as was decided."
        about = Q(person__in=self.people) | Q(first_person__in=self.people) | Q(subject__in=self.people)
        rows = (
            Identifier.objects.filter(person__in=self.people),
            Stay.objects.filter(person__in=self.people),
            Message.objects.filter(about),
        )
        if any(found.exists() for found in rows):
            raise NotShown("A number, a stay or a message names the person.")
        return "No number, no look-up hash, no stay and no message is left."

    def _wrapping_keys(self) -> str:
        """What survives of the data keys opens with no wrapping key that lives."""
        if living := [life for life in self.wrapping_keys if life.destroyed_at is None]:
            raise NotShown(f"These wrapping keys live, and may have wrapped them: {_named(living)}.")
        if not self.wrapping_keys:
            raise NotShown("No wrapping key is known that wrapped them.")
        return f"Destroyed: {_named(self.wrapping_keys)}."

    def _custodians(self) -> str:
        """No older backup holds the wrapping keys."""
        left = [life for life in self.wrapping_keys if life.copies_destroyed_at is None]
        if left or not self.wrapping_keys:
            raise NotShown(f"The custodians have not recorded that no copy is left of {_named(left) or 'any'}.")
        return "Both custodians have recorded that no copy of the backup holds them."

    def _words(self) -> str:
        if not self.sources.words:
            raise NotShown("--words was not given, or holds no word.")
        if any(len(word) < SHORTEST for word in self.sources.words):
            raise NotShown(f"A word has fewer than {SHORTEST} signs: it could stand anywhere.")
        return f"{len(self.sources.words)} words are looked for, in every form that they could have been left in."

    def _dump(self) -> str:
        """The whole database as it is since: sessions and the queue too."""
        if self.sources.dump is None:
            raise NotShown("--dump was not given.")
        tables = [b"COPY public.%s (" % name.encode() for name in _table_names()]
        scan = self._scanner(tables + self._marks).file(self.sources.dump)
        if missing := [table for table in tables if table not in scan.marks]:
            what = ", ".join(table.split()[1].decode() for table in missing[:5])
            raise NotShown(f"It is no plain dump of the whole database: {len(missing)} tables are missing ({what}).")
        return self._clean(scan, "It is a dump of another database, or from before the erasure.")

    def _data_directory(self) -> str:
        """The database's own files: old versions of rows and the write-ahead log."""
        folder = self.sources.data_directory
        if folder is None:
            raise NotShown("--data-directory was not given.")
        control = folder / "global" / "pg_control"
        if not control.is_file() or int.from_bytes(control.read_bytes()[:8], "little") != _system_identifier():
            raise NotShown("It is not the data directory of this database.")
        return self._clean(self._scanner(self._marks).folder(folder), "It is a copy from before the erasure.")

    def _folder(self, option: str, folder: Path | None) -> str:
        if folder is None:
            raise NotShown(f"{option} was not given.")
        if not folder.is_dir():
            raise NotShown("It is no folder.")
        return self._clean(self._scanner([]).folder(folder), "")

    def _clean(self, scan: Scan, otherwise: str) -> str:
        """What was read, once nothing was found in it."""
        if scan.findings:
            shown = "; ".join(f"{finding.where}: {finding.what}" for finding in scan.findings[:10])
            raise NotShown(f"{len(scan.findings)} findings: {shown}.")
        if otherwise and not scan.marks.issuperset(self._marks):
            raise NotShown(otherwise)
        return f"{scan.files} files, {scan.size} bytes: nothing in clear, and no wrapped key that opens."

    def _scanner(self, marks: list[bytes]) -> Scanner:
        # Where a step has failed already, the others are still looked at.
        opener = SurvivingKeys((key.keeping, key.subject) for key in self.keys)
        return Scanner(self.sources.words, opener, marks=marks)

    @property
    def _marks(self) -> list[bytes]:
        """What the events of the destroyed keys say: it stands in the database since the erasure."""
        return [mark_of(key) for key in self.keys]


def mark_of(key: Key) -> bytes:
    """What the event of a destroyed key is about."""
    return f"{key.keeping} {key.subject}".encode()


def _named(found: Iterable[WrappingKeyLife]) -> str:
    return ", ".join(life.key_id for life in found)


def _table_names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [name for (name,) in cursor.fetchall()]


def _system_identifier() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        number: int = cursor.fetchone()[0]
    return number
