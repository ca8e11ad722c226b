from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.staff.models import Organisation
from brik.vault.codes.coded_models import proved
from brik.vault.custody import organisation_key_actions as actions
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.rotation.counts import RotationCount, RotationRefused
from brik.vault.rotation.data_keys import SECONDS_FOR_READERS
from brik.vault.sealing import SealBroken

BY = Process("organisation_key")
HELP = {
    "replace": "another key seals from now on; the one before still opens",
    "retire": "a replaced key is gone, once all that is sealed to the organisation opens with the newer one",
    "list": "the organisations that have a key, and the states of these",
}


class Command(BaseCommand):
    help = (
        "Replace and retire the key that slips to an organisation are sealed to, beside the running traffic, as the "
        "database role brik_rotate. Interrupted, the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, sentence in HELP.items():
            arguments = verbs.add_parser(verb, help=sentence)
            if verb != "list":
                arguments.add_argument("number", help="the organisation's number")
            if verb == "retire":
                arguments.add_argument("--at-once", action="store_true", help="the key is lost or stolen: do not wait")
                arguments.add_argument(
                    "--seconds-for-readers",
                    type=float,
                    default=SECONDS_FOR_READERS,
                    help="how long the older key still opens for those who are reading",
                )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except (CustodyRefused, RotationRefused, SealBroken) as error:
            raise CommandError(str(error)) from None

    def _do(self, options: dict[str, Any]) -> None:
        if options["verb"] == "list":
            self._list()
            return
        organisation = next(iter(proved(Organisation.objects.filter(number=options["number"]))), None)
        if organisation is None:
            raise CommandError(f"There is no organisation {options['number']}.")
        subject = Organisation.key_subject(organisation.pk)
        if options["verb"] == "replace":
            count = actions.replace(subject, by=BY, report=self._report, waiting=self._waiting)
            self.stdout.write(f"{count.written} written. Both keys of {organisation.number} open until retire.")
            return
        self._end(
            actions.retire(
                subject,
                by=BY,
                at_once=options["at_once"],
                seconds_for_readers=options["seconds_for_readers"],
                report=self._report,
                waiting=self._waiting,
            ),
            organisation,
        )

    def _end(self, count: RotationCount, organisation: Organisation) -> None:
        for name in count.broken:
            self.stdout.write(f"  {name}")
        self.stdout.write(f"{count.seen} seen, {count.written} written, {count.verified} verified.")
        if not count.is_proved:
            raise CommandError("Not everything is as it should be: the older key stays.", returncode=1)
        self.stdout.write(f"The older key of {organisation.number} is retired.")

    def _list(self) -> None:
        for organisation in Organisation.objects.order_by("number"):
            subject = Organisation.key_subject(organisation.pk)
            key = actions.key_of(subject)
            if key is None:
                continue
            since = actions.replaced_at(subject)
            if key.destroyed_at:
                state = f"destroyed since {key.destroyed_at:%Y-%m-%d %H:%M}"
            else:
                state = f"replaced since {since:%Y-%m-%d %H:%M}, both open" if since else "current"
            self.stdout.write(f"{organisation.number} {state}")

    def _report(self, done: int, of: int) -> None:
        self.stdout.write(f"{done} of {of}")
        # A pipe or a file is to show it too.
        self.stdout.flush()

    def _waiting(self, left: int) -> None:
        self.stdout.write(f"Waits for {left} transactions that began before the new key.")
