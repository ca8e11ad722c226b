"""Takes in the service's XML messages from files of a trusted source."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from brik.arrivals.timeline.outcomes import MessageOutcome, MessageStatus
from brik.arrivals.xml.messages import SERVICE
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
        parser.add_argument(
            "--sender",
            type=_sender,
            default=SERVICE,
            help=f"whose files these are, as on its keys ({SERVICE}); a sender deletes only its own messages",
        )

    def handle(self, *args: Any, paths: list[Path], sender: str, **options: Any) -> None:
        rejected = False
        for path in _files(paths):
            with keys.ring():
                outcome = _receive(path, sender)
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


def _sender(text: str) -> str:
    if not text.strip() or len(text) > 40:
        raise ArgumentTypeError("a sender has a name of at most 40 characters")
    return text.strip()


def _receive(path: Path, sender: str) -> MessageOutcome:
    try:
        with path.open("rb") as file:
            # One byte more than a message may have: what reads it refuses it, here as at the endpoint.
            raw = file.read(MAX_BYTES + 1)
    except OSError:
        return _unread("The file cannot be read.")
    return arrivals.receive(raw, message_id=path.name, sender=sender, by=BY)


def _unread(why: str) -> MessageOutcome:
    log.record(Verb.MESSAGE_REJECTED, by=BY, reason=Reason.UNREADABLE, about=why)
    return MessageOutcome(MessageStatus.REJECTED, "", why)
