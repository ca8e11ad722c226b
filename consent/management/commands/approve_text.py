"""Record who approved a consent text, by its hash. Without this no text is used outside a demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.definitions.strict_yaml import DefinitionError
from consent.texts import approval

SETUP = Process("setup")


class Command(BaseCommand):
    help = "Record who approved a consent text. Without arguments: list the texts that lack an approval."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", help="as it is called in fixtures/consent, such as domfelt-nb-2026.2.yaml"
        )
        parser.add_argument("sha256", nargs="?", help="the hash of the text that was approved")
        parser.add_argument("--approved-by", default="", help="who answers for what the text promises: name and post")
        parser.add_argument("--language-read-by", default="", help="who has read it in its language: name and post")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"] is None:
                self._list()
                return
            approval.approve(
                options["file"],
                options["sha256"] or "",
                approved_by=options["approved_by"],
                language_read_by=options["language_read_by"],
                by=SETUP,
            )
        except (DefinitionError, ValueError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{options['file']} is approved. It is published by load_texts.")

    def _list(self) -> None:
        missing = approval.missing()
        for name, reason in missing.items():
            self.stdout.write(f"{name}: {reason}")
        if not missing:
            self.stdout.write("Every newest text is approved.")
