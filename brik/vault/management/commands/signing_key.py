import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.vault.custody import signing_key_actions as actions
from brik.vault.custody.prompt import add_custodians, custodians_of
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.signing_key import public_keys
from brik.vault.providers.unavailable_keys import KeysUnavailable

BY = Process("signing_key")
HELP = {
    "create": "the next signing key: made known, and signs nothing yet",
    "replace": "the next key signs from now on; the one before stays known",
    "retire": "the private half of a replaced key is gone from module and backup",
    "list": "the signing keys and their states",
    "print": "our public keys (JWK set), to hand to those who check our signatures",
}


class Command(BaseCommand):
    help = "Create, replace and retire the key that signs our messages: asks two custodians for a passphrase each."
    # A module without its keys is told of in a sentence of this command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, sentence in HELP.items():
            arguments = verbs.add_parser(verb, help=sentence)
            if verb == "retire":
                arguments.add_argument("key")
            if verb in ("replace", "retire"):
                arguments.add_argument("--at-once", action="store_true", help="the key is lost or stolen: do not wait")
            if verb not in ("list", "print"):
                add_custodians(arguments)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except (CustodyRefused, KeysUnavailable) as error:
            raise CommandError(str(error)) from None

    def _do(self, options: dict[str, Any]) -> None:
        match options["verb"]:
            case "create":
                key_id = actions.create(custodians_of(options), by=BY)
                self.stdout.write(f"{key_id} is the next signing key. Hand out what signing_key print prints.")
            case "replace":
                key_id = actions.replace(custodians_of(options), at_once=options["at_once"], by=BY)
                self.stdout.write(f"{key_id} signs from now on.")
            case "retire":
                key_id = options["key"]
                actions.retire(key_id, custodians=custodians_of(options), at_once=options["at_once"], by=BY)
                self.stdout.write(f"{key_id} is retired. Destroy every older copy of the backup too.")
            case "list":
                for key_id, key in read_contents(key_module()).signing.items():
                    self.stdout.write(f"{key_id} {key.state} since {key.since:%Y-%m-%d %H:%M}")
            case "print":
                self.stdout.write(json.dumps({"keys": list(public_keys().values())}, sort_keys=True))
