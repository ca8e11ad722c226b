import csv
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.definitions.languages import Language
from consent.sound import inventory, speech
from consent.sound.inventory import AnotherRun
from consent.sound.paragraphs import paragraphs
from consent.sound.speech import SpeechUnavailable

HELP = {
    "list": "what no person has read yet, as CSV: the name of the file, and the words to read",
    "check": "what cannot be heard, what no longer fits any words, and what is no whole sound",
    "import": "take in the recordings of a folder",
    "make": "speak with the machine's voice what nobody has read; goes on where a run was ended",
}


class Command(BaseCommand):
    help = "The sounds of the talk. No word of a person is in them."
    # It needs neither keys nor a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, sentence in HELP.items():
            arguments = verbs.add_parser(verb, help=sentence)
            if verb == "import":
                arguments.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            {"list": self._list, "check": self._check, "import": self._import, "make": self._make}[options["verb"]](
                options
            )
        except (AnotherRun, SpeechUnavailable) as error:
            raise CommandError(str(error)) from None

    def _list(self, options: dict[str, Any]) -> None:
        lines = csv.writer(self.stdout, lineterminator="\n")
        lines.writerow(["file", "words"])
        for paragraph in inventory.unheard(recorded_only=True):
            lines.writerow([f"{paragraph.language}/{paragraph.stem}.{speech.ENDING}", paragraph.spoken])

    def _check(self, options: dict[str, Any]) -> None:
        missing, wrong = inventory.unheard(), inventory.wrong()
        for paragraph in missing:
            self.stdout.write(f"{paragraph.language}/{paragraph.stem}: no sound.")
        for refused in wrong:
            self.stdout.write(str(refused))
        heard = len(paragraphs()) - len(missing)
        summary = f"{len(paragraphs())} paragraphs, {heard} can be heard, {len(wrong)} files are wrong."
        if missing or wrong:
            raise CommandError(summary)
        self.stdout.write(summary)

    def _import(self, options: dict[str, Any]) -> None:
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is not a folder.")
        with inventory.one_run():
            taken, refused = inventory.take_in(options["folder"])
        self.stdout.write(f"{taken} recordings taken in.")
        if refused:
            raise CommandError("\n".join(["Refused:", *map(str, refused)]))

    def _make(self, options: dict[str, Any]) -> None:
        speech.demand_programs()
        spoken = 0
        with inventory.one_run():
            for spoken, _ in enumerate(inventory.make(), start=1):
                if spoken % 50 == 0:
                    self.stdout.write(f"{spoken} spoken …")
                    sys.stdout.flush()
        self.stdout.write(f"{spoken} paragraphs spoken. Nynorsk is read by the voice of {Language.BOKMAAL.own_name}.")
