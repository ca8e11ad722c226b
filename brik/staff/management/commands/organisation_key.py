from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.staff.models import Organisation
from brik.vault.custody import organisation_key_actions as actions
from brik.vault.custody.prompt import add_custodians, custodians_of
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import SealBroken

BY = Process("organisation_key")
HELP = {
    "create": "the first key of an organisation; else the first slip makes it",
    "replace": "a new key seals from now on; the one before still opens",
    "retire": "what a replaced key has sealed is moved to the newest, and it is destroyed: asks two custodians",
    "list": "the keys an organisation has had",
}


class Command(BaseCommand):
    help = "Create, replace and retire the key that seals what only one organisation may read (slips)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, sentence in HELP.items():
            arguments = verbs.add_parser(verb, help=sentence)
            arguments.add_argument("number", help="the number of the organisation")
            if verb == "retire":
                arguments.add_argument("--at-once", action="store_true", help="the key is stolen: do not wait")
                add_custodians(arguments)

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(number=options["number"]).first()
        if organisation is None:
            raise CommandError("There is no organisation of this number.")
        try:
            self._do(Organisation.key_subject(organisation.pk), options)
        except (CustodyRefused, KeysUnavailable, SealBroken) as error:
            raise CommandError(str(error)) from None

    def _do(self, organisation: Any, options: dict[str, Any]) -> None:
        match options["verb"]:
            case "create":
                actions.create(organisation, by=BY)
                self.stdout.write("The key is made.")
            case "replace":
                self.stdout.write(f"Key {actions.replace(organisation, by=BY)} seals from now on.")
            case "retire":
                both, at_once = custodians_of(options), options["at_once"]
                number, moved = actions.retire(organisation, custodians=both, at_once=at_once, by=BY)
                self.stdout.write(f"Key {number} is retired and destroyed; {moved} rows open with the newest.")
            case "list":
                for key in actions.of(organisation):
                    self.stdout.write(f"{key.number} {key.state} since {key.since:%Y-%m-%d %H:%M}")
