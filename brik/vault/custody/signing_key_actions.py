"""What two custodians do with the keys that sign: create, replace, retire. Each is an event.

A key is made known to those who check our signatures before it signs, and stays known after it has been replaced.
"""

from __future__ import annotations

from dataclasses import replace as with_other

from django.db import transaction

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.custody.actions import Custodians, change_contents
from brik.vault.custody.key_overlap import demand_over, overlap
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.providers.key_contents import KeyContents
from brik.vault.providers.provider import STALE
from brik.vault.providers.signing_keys import SigningKeys, SigningState, with_new, with_next_signing, with_retired


@transaction.atomic
def create(custodians: Custodians, *, by: Actor) -> str:
    """The next signing key, which signs nothing yet; its id.

    Raises ``CustodyRefused`` while there is one already, or if the backup is not that of this module.
    """

    def change(contents: KeyContents) -> KeyContents:
        if waiting := _in_state(contents.signing, SigningState.NEXT):
            raise CustodyRefused(f"The signing key {waiting} is made already: replace the current one by it.")
        return with_other(contents, signing=with_new(contents.signing, SigningState.NEXT))

    key_id = _in_state(change_contents(custodians, change).signing, SigningState.NEXT)
    _record(Reason.CREATED, key_id, by=by)
    return key_id


@transaction.atomic
def replace(custodians: Custodians, *, at_once: bool = False, by: Actor) -> str:
    """The next key signs from now on; what the one before has signed is still good. The id of the key that signs.

    Raises ``CustodyRefused`` when there is no next key, or when it has not been known for the overlap; ``at_once`` is
    for a key that is lost or stolen, when whoever checks our signatures has the next one already.
    """

    def change(contents: KeyContents) -> KeyContents:
        waiting = _in_state(contents.signing, SigningState.NEXT)
        if not waiting:
            raise CustodyRefused("There is no next signing key: create it, and hand its public half out first.")
        if not at_once:
            demand_over(contents.signing[waiting].since, overlap(), f"{waiting} has not been known for long enough")
        return with_other(contents, signing=with_next_signing(contents.signing))

    key_id = _in_state(change_contents(custodians, change).signing, SigningState.CURRENT)
    _record(Reason.REPLACED, key_id, by=by)
    return key_id


@transaction.atomic
def retire(key_id: str, *, custodians: Custodians, at_once: bool = False, by: Actor) -> None:
    """The private half is gone from module and backup. What the key has signed before this moment is still good.

    Raises ``CustodyRefused`` for a key that is not replaced, and before the overlap is over. ``at_once`` is for a key
    that is stolen: then only until no process can sign with it any more.
    """

    def change(contents: KeyContents) -> KeyContents:
        key = contents.signing.get(key_id)
        if key is None:
            raise CustodyRefused(f"There is no signing key {key_id}.")
        if key.state is not SigningState.REPLACED:
            raise CustodyRefused(f"The signing key {key_id} is {key.state}: only a replaced one is retired.")
        demand_over(key.since, STALE if at_once else overlap(), f"what {key_id} has signed may still be on its way")
        return with_other(contents, signing=with_retired(contents.signing, key_id))

    change_contents(custodians, change)
    _record(Reason.RETIRED, key_id, by=by)


def _in_state(keys: SigningKeys, state: SigningState) -> str:
    """The id of the key in this state; empty for none."""
    return next((key_id for key_id, key in keys.items() if key.state is state), "")


def _record(reason: Reason, key_id: str, *, by: Actor) -> None:
    log.record(Verb.SIGNING_KEY_CHANGED, by=by, reason=reason, about=key_id)
