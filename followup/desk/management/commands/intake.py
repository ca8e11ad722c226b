"""Takes in the service's XML messages from files of a trusted source."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from brik.arrivals.timeline.outcomes import MessageOutcome, MessageStatus
from brik.arrivals.xml.xml_reader import MAX_BYTES
from brik.audit import log
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault import keys
from followup.desk import receiving as arrivals

BY = Process("intake")


class Command(BaseCommand):
    help = "Take in messages: PATH is an XML file or a folder of XML files. Prints one line a message."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        rejected = False
        for path in _files(paths):
            with keys.ring():
                outcome = _receive(path)
            rejected |= outcome.status is MessageStatus.REJECTED
            parts = [outcome.status, outcome.message_id or path.name, outcome.reason, outcome.what_was_left_out]
            self.stdout.write(" ".join(filter(None, parts)))
        if rejected:
            sys.exit(1)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() == ".xml")
        else:
            yield path


def _receive(path: Path) -> MessageOutcome:
    try:
        if path.stat().st_size > MAX_BYTES:
            return _unread(f"The file is larger than {MAX_BYTES // 1024} KiB.")
        raw = path.read_bytes()
    except OSError:
        return _unread("The file cannot be read.")
    return arrivals.receive(raw, message_id=path.name, by=BY)


def _unread(why: str) -> MessageOutcome:
    log.record(Verb.MESSAGE_REJECTED, by=BY, reason=Reason.UNREADABLE, about=why)
    return MessageOutcome(MessageStatus.REJECTED, "", why)
