"""What two custodians do with the key that hashes numbers: make the next one, switch to it, drop the one before.

Between the steps ``rotate_keys lookups`` writes the hashes of the next key, then takes those of the older one away. A
number is found all the while, whichever process wrote it. Each step is an event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.custody.actions import Custodians, change_contents
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.key_contents import KeyContents
from brik.vault.providers.lookup_keys import LookupStage
from brik.vault.providers.provider import STALE, ask_again
from brik.vault.rotation.lookup_keys import prove_lookups


@transaction.atomic
def new_lookup_key(custodians: Custodians, *, by: Actor) -> None:
    """Rows that are written from now on have a hash under the next key too; the present one still finds.

    Raises ``CustodyRefused`` while one is being replaced, and while a process may still know one that was dropped.
    """

    def change(contents: KeyContents) -> KeyContents:
        if contents.lookup.stage is not LookupStage.ALONE:
            raise CustodyRefused("A look-up key is being replaced: end that first, with drop_lookup_key.")
        _demand_known(contents.lookup.since)
        return replace(contents, lookup=contents.lookup.with_next())

    change_contents(custodians, change)
    _record(Reason.CREATED, by=by)


@transaction.atomic
def switch_lookup_key(custodians: Custodians, *, by: Actor) -> None:
    """The next key finds, and hashes alone, from now on. Looks at every row first.

    Raises ``CustodyRefused`` without a next key, while a process may not know it, and while a row lacks its hash.
    """

    def change(contents: KeyContents) -> KeyContents:
        if contents.lookup.stage is not LookupStage.FILLING:
            raise CustodyRefused("There is no next look-up key: new_lookup_key makes it.")
        _demand_settled(contents.lookup.since)
        return replace(contents, lookup=contents.lookup.switched())

    change_contents(custodians, change)
    _record(Reason.REPLACED, by=by)


@transaction.atomic
def drop_lookup_key(custodians: Custodians, *, by: Actor) -> None:
    """The older key is gone from module and backup. Looks at every row first.

    Raises ``CustodyRefused`` before the switch, while a process may still write its hashes, and while a row has one.
    """

    def change(contents: KeyContents) -> KeyContents:
        if contents.lookup.stage is not LookupStage.CLEARING:
            raise CustodyRefused("No look-up key was replaced: switch_lookup_key does it.")
        _demand_settled(contents.lookup.since)
        return replace(contents, lookup=contents.lookup.alone())

    change_contents(custodians, change)
    _record(Reason.DESTROYED, by=by)


def _demand_settled(since: datetime | None) -> None:
    _demand_known(since)
    ask_again()
    if number := len(prove_lookups().broken):
        raise CustodyRefused(f"{number} rows do not have the present hashes: run rotate_keys lookups.")


def _demand_known(since: datetime | None) -> None:
    if since is not None and timezone.now() - since < STALE:
        raise CustodyRefused(f"A process may still hash as before: wait {STALE.seconds} seconds.")


def _record(reason: Reason, *, by: Actor) -> None:
    log.record(Verb.WRAPPING_KEY_CHANGED, by=by, reason=reason, about="lookup")
