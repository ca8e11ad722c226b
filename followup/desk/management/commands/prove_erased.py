"""Prove that what was erased about somebody is gone, and sign a certificate of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.verbs import Verb
from brik.people.identifiers.same_person import records_of
from brik.vault.canonical import canonical, sha256
from followup.desk.erasure import certificate
from followup.desk.erasure.proof import ErasureProof, Sources
from followup.desk.retention.erasures import Erasure
from followup.sharing.wire.message_schemas import InvalidMessage

BY = Process("prove_erased")


class Command(BaseCommand):
    help = (
        "Look for what was erased in a dump, the data directory, files and logs, in clear or under a wrapping key that"
        " lives, and sign a certificate. Ends with 1, and signs nothing, when one step does not show it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--person", type=UUID, help="the uuid, as in the address of the person's page")
        which.add_argument("--erasure", type=UUID, help="the uuid, as in the address of the erasure's page")
        which.add_argument("--verify", type=Path, metavar="FILE", help="only check the signature of a certificate")
        parser.add_argument("--dump", type=Path, help="what pg_dump wrote since: plain, the whole database")
        parser.add_argument("--data-directory", type=Path, help="the folder of the database, after CHECKPOINT")
        parser.add_argument("--files", type=Path, help="DATA_DIR, or a folder with everything that is not the database")
        parser.add_argument("--logs", type=Path, help="the folder of the logs, of BRIK, the proxy and the database")
        parser.add_argument("--words", type=Path, help="a file with a word a line, that only the person's data hold")
        parser.add_argument("--certificate", type=Path, metavar="FILE", help="write the certificate there, as JSON")
        parser.add_argument("--key", type=Path, help="with --verify: the public key, as signing_key prints it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify(options["verify"], options["key"])
            return
        proof = ErasureProof(_erasure(options["erasure"], options["person"]), _sources(options))
        steps = proof.steps()
        for step in steps:
            self.stdout.write(f"{'shown' if step.passed else 'NOT SHOWN'}  {step.name}: {step.said}")
        if failed := [step.name for step in steps if not step.passed]:
            raise CommandError(f"Not proved: {', '.join(failed)}. No certificate is signed.", returncode=1)
        content = certificate.content_of(proof, steps, at=timezone.now(), by=BY)
        written = certificate.sign(content)
        if options["certificate"]:
            _write(options["certificate"], written)
        erasure = proof.erasure
        log.record(Verb.ERASURE_PROVED, by=BY, subject=erasure.person_id, obj=erasure, about=sha256(canonical(content)))
        self.stdout.write(f"\n{certificate.in_words(content)}\n")
        if not options["certificate"]:
            self.stdout.write(f"\n{written}")

    def _verify(self, file: Path, key: Path | None) -> None:
        try:
            jwk = json.loads(key.read_text(encoding="utf-8")) if key else None
            key_of = (lambda kid: jwk if jwk.get("kid") == kid else None) if jwk is not None else None
            content = certificate.verified(file.read_text(encoding="utf-8"), key_of)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
        except (InvalidMessage, ValueError, AttributeError) as error:
            raise CommandError(f"The certificate does not hold: {error}.", returncode=1) from None
        self.stdout.write(f"The signature fits.\n{certificate.in_words(content)}")


def _erasure(erasure: UUID | None, person: UUID | None) -> Erasure:
    rows = Erasure.objects.select_related("decision__decided_by", "proposed_by")
    if erasure is not None:
        found = rows.filter(pk=erasure)
    else:
        assert person is not None  # noqa: S101 - the parser demands one of them
        found = rows.confirmed().filter(person__in=sorted(records_of([person]))).order_by("-decision__decided_at")
    first: Erasure | None = found.first()
    if first is None:
        raise CommandError("There is no such erasure.")
    return first


def _sources(options: dict[str, Any]) -> Sources:
    words: tuple[str, ...] = ()
    if options["words"]:
        try:
            words = tuple(filter(None, map(str.strip, options["words"].read_text(encoding="utf-8").splitlines())))
        except (OSError, UnicodeDecodeError):
            raise CommandError("The file of words cannot be read as UTF-8.") from None
    return Sources(options["dump"], options["data_directory"], options["files"], options["logs"], words)


def _write(path: Path, written: str) -> None:
    try:
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
