from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.vault.custody import actions, lookup_key_actions
from brik.vault.custody.actions import Custodians
from brik.vault.custody.prompt import add_custodians, custodians_of
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.key_contents import read_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.unavailable_keys import KeysUnavailable

BY = Process("wrapping_key")
HELP = {
    "create": "a new wrapping key seals from now on; in an empty module, all its keys",
    "retire": "a wrapping key opens nothing any more",
    "restore": "bring back what the backup has and the module lacks, or one retired key",
    "destroy": "a retired wrapping key is gone from module and backup",
    "new_code_key": "a new key codes rows from now on; the one before still proves",
    "drop_code_key": "the code key that was replaced is gone, once every row fits the present one",
    "new_lookup_key": "a next key hashes numbers from now on, beside the present one",
    "switch_lookup_key": "the next look-up key alone hashes and finds, once every row has its hash",
    "drop_lookup_key": "the look-up key that was replaced is gone, once no row has its hash",
    "copies_destroyed": "no older copy of the backup holds a destroyed wrapping key any more",
    "hand_over": "two other custodians take over, with a backup of their own",
    "list": "the wrapping keys, their states, and how many data keys each wraps",
}

# The steps by which the keys of codes and of look-up hashes are exchanged.
EXCHANGES = {
    "new_code_key": (actions.new_code_key, "A new code key; in three minutes run manage.py rotate_keys codes."),
    "drop_code_key": (
        actions.drop_code_key,
        "The older code key is gone. Destroy every older copy of the backup too.",
    ),
    "new_lookup_key": (
        lookup_key_actions.new_lookup_key,
        "A next look-up key; in three minutes run manage.py rotate_keys lookups.",
    ),
    "switch_lookup_key": (
        lookup_key_actions.switch_lookup_key,
        "The next look-up key finds; in three minutes run manage.py rotate_keys lookups.",
    ),
    "drop_lookup_key": (
        lookup_key_actions.drop_lookup_key,
        "The older look-up key is gone. Destroy every older copy of the backup too.",
    ),
}


class Command(BaseCommand):
    help = "Create, retire, restore and destroy wrapping keys: asks two custodians for a passphrase each."
    # It makes and brings back what the checks miss.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, sentence in HELP.items():
            arguments = verbs.add_parser(verb, help=sentence)
            if verb in ("retire", "destroy", "copies_destroyed"):
                arguments.add_argument("key")
            if verb == "restore":
                arguments.add_argument("key", nargs="?", default="")
            if verb != "list":
                add_custodians(arguments, "")
            if verb == "hand_over":
                add_custodians(arguments, "new-")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "list":
                self._list()
            else:
                self._change(options, options.get("key", ""), custodians_of(options))
        except (CustodyRefused, KeysUnavailable) as error:
            raise CommandError(str(error)) from None

    def _change(self, options: dict[str, Any], key: str, custodians: Custodians) -> None:
        match options["verb"]:
            case "create":
                self.stdout.write(f"{actions.create(custodians, by=BY)} is the current wrapping key.")
            case "retire":
                actions.retire(key, custodians=custodians, by=BY)
                self.stdout.write(f"{key} is retired.")
            case "destroy":
                actions.destroy(key, custodians=custodians, by=BY)
                self.stdout.write(
                    f"{key} is destroyed. Destroy every older copy of the backup too, then copies_destroyed {key}."
                )
            case "copies_destroyed":
                actions.copies_destroyed(key, custodians=custodians, by=BY)
                self.stdout.write(f"Recorded: no copy of {key} is left.")
            case "hand_over":
                actions.hand_over(custodians, to=custodians_of(options, "new_"), by=BY)
                self.stdout.write("Handed over. Destroy every copy of the older backup.")
            case "restore":
                self.stdout.write(f"Restored {', '.join(actions.restore(custodians, key_id=key, by=BY))}.")
            case verb:
                action, sentence = EXCHANGES[verb]
                action(custodians, by=BY)
                self.stdout.write(sentence)

    def _list(self) -> None:
        for key_id, key in read_contents(key_module()).wrapping.items():
            self.stdout.write(
                f"{key_id} {key.state} since {key.since:%Y-%m-%d %H:%M}, {actions.in_use(key_id)} data keys"
            )
