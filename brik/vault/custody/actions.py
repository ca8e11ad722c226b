"""What two custodians do with wrapping keys: create, retire, restore, destroy, and answer for copies. Each is an event.

The backup is written first: no key comes into use that is not in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.custody.backup import Passphrases, read_backup, write_backup
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import Key
from brik.vault.providers.key_contents import (
    KeyContents,
    KeyState,
    WrappingKey,
    contents_of,
    first_contents,
    is_filled,
    is_of_another,
    read_contents,
    write_contents,
)
from brik.vault.providers.key_module import KeyModule, key_module
from brik.vault.providers.provider import STALE, forget
from brik.vault.rotation.code_keys import prove_codes


@dataclass(frozen=True)
class Custodians:
    """Both custodians, and where their backup lies."""

    passphrases: Passphrases
    backup: Path


@transaction.atomic
def create(custodians: Custodians, *, by: Actor) -> str:
    """A new wrapping key, which seals from now on; its id. In an empty module the first key, with all others.

    Raises ``CustodyRefused`` if the backup is not that of this module.
    """
    with _module() as module:
        if is_filled(module):
            contents = _proven(read_contents(module), custodians).with_new_key()
        else:
            contents = _proven(first_contents(module), custodians)
        _bring(module, contents, custodians)
    _record(Reason.CREATED, contents.current, by=by)
    return contents.current


@transaction.atomic
def retire(key_id: str, *, custodians: Custodians, by: Actor) -> None:
    """The key opens nothing any more; it can be restored.

    Raises ``CustodyRefused`` for the current key, for one that seals data keys, and for one that a process may still
    seal with.
    """
    with _module() as module:
        contents = _proven(read_contents(module), custodians)
        key = _known(contents, key_id)
        if key.state == KeyState.CURRENT:
            raise CustodyRefused("The current wrapping key seals new data keys: create another one first.")
        if key.state != KeyState.OPEN:
            raise CustodyRefused(f"The wrapping key {key_id} is {key.state}.")
        if timezone.now() - key.since < STALE:
            raise CustodyRefused(f"A process may still seal with {key_id}: wait {STALE.seconds} seconds.")
        _demand_unused(key_id)
        _bring(module, contents.with_state(key_id, KeyState.RETIRED), custodians)
    _record(Reason.RETIRED, key_id, by=by)


@transaction.atomic
def destroy(key_id: str, *, custodians: Custodians, by: Actor) -> None:
    """The key is gone from the module and the backup. Older copies of the backup are for the custodians to destroy.

    Raises ``CustodyRefused`` for a key that is not retired, and while data keys are wrapped by it.
    """
    with _module() as module:
        contents = _proven(read_contents(module), custodians)
        if _known(contents, key_id).state != KeyState.RETIRED:
            raise CustodyRefused(f"Retire the wrapping key {key_id} before it is destroyed.")
        _demand_unused(key_id)
        _bring(module, contents.with_state(key_id, KeyState.DESTROYED), custodians)
    _record(Reason.DESTROYED, key_id, by=by)


@transaction.atomic
def new_code_key(custodians: Custodians, *, by: Actor) -> None:
    """A new key codes rows from now on; the one before still proves, until ``rotate_keys codes`` has coded all anew.

    Raises ``CustodyRefused`` while one is being replaced.
    """
    with _module() as module:
        contents = _proven(read_contents(module), custodians)
        if contents.code_key_since:
            raise CustodyRefused("A code key is being replaced: run rotate_keys codes, then drop_code_key.")
        _bring(module, contents.with_new_code_key(), custodians)
    _record(Reason.CREATED, "code", by=by)


@transaction.atomic
def drop_code_key(custodians: Custodians, *, by: Actor) -> None:
    """The code key that was replaced is gone from module and backup. Looks at every row first.

    Raises ``CustodyRefused`` when none is being replaced, while a process may still code with it, and while a row does
    not fit the present one.
    """
    with _module() as module:
        contents = _proven(read_contents(module), custodians)
        if contents.code_key_since is None:
            raise CustodyRefused("No code key is being replaced.")
        if timezone.now() - contents.code_key_since < STALE:
            raise CustodyRefused(f"A process may still code with the older key: wait {STALE.seconds} seconds.")
        if number := len(prove_codes().broken):
            raise CustodyRefused(f"{number} rows do not fit the present code key: run rotate_keys codes.")
        _bring(module, contents.without_older_code_key(), custodians)
    _record(Reason.DESTROYED, "code", by=by)


@transaction.atomic
def copies_destroyed(key_id: str, *, custodians: Custodians, by: Actor) -> None:
    """Both custodians have destroyed every copy of the backup that still holds a destroyed key, and say so.

    Raises ``CustodyRefused`` for a key that is not destroyed, and where the backup in their hands still holds it.
    """
    with _module() as module:
        contents = _proven(read_contents(module), custodians)
        if _known(contents, key_id).state != KeyState.DESTROYED:
            raise CustodyRefused(f"The wrapping key {key_id} is not destroyed.")
        saved = read_backup(custodians.backup, custodians.passphrases).wrapping.get(key_id)
        if saved is not None and saved.key:
            raise CustodyRefused(f"{custodians.backup} still holds the wrapping key {key_id}.")
    _record(Reason.COPIES_DESTROYED, key_id, by=by)


@transaction.atomic
def hand_over(custodians: Custodians, *, to: Custodians, by: Actor) -> None:
    """From now on the keys are in the hands of ``to``, with a backup of their own; the old backup is no longer taken.

    Raises ``CustodyRefused`` if ``custodians`` are not those of this module, or the new file is there already.
    """
    with _module() as module:
        contents = read_contents(module)
        _demand_same(contents, read_backup(custodians.backup, custodians.passphrases))
        _bring(module, _proven(replace(contents, backup=""), to), to)
    _record(Reason.HANDED_OVER, "", by=by)


@transaction.atomic
def restore(custodians: Custodians, *, key_id: str = "", by: Actor) -> list[str]:
    """Bring back what the backup has and the module lacks; with ``key_id``, one key, also a retired one. Their ids.

    What the module names and has lost comes back in any case, whatever kind of key it is. Raises ``CustodyRefused``
    for a backup of another installation, and for a key that was destroyed.
    """
    with _module() as module:
        saved = read_backup(custodians.backup, custodians.passphrases)
        if is_of_another(module, saved):
            raise CustodyRefused("The backup is of another installation.")
        present = _present(module, saved)
        contents = _joined(present, saved, key_id)
        before = present.wrapping if present else {}
        back = [name for name, key in contents.wrapping.items() if key.key and before.get(name) != key]
        back += _lost(module, present) if present else []
        if not back:
            raise CustodyRefused("The module has everything that the backup has.")
        if contents != saved and contents.backup == saved.backup:
            write_backup(custodians.backup, contents, custodians.passphrases)
        write_contents(module, contents)
    for name in back:
        _record(Reason.RESTORED, name, by=by)
    return back


def change_contents(custodians: Custodians, change: Callable[[KeyContents], KeyContents]) -> KeyContents:
    """What the module and the backup hold from now on, once both custodians have opened the backup.

    Raises ``CustodyRefused`` if the backup is not that of this module. What ``change`` raises leaves all as it was.
    """
    with _module() as module:
        contents = change(_proven(read_contents(module), custodians))
        _bring(module, contents, custodians)
    return contents


def in_use(key_id: str) -> int:
    """How many data keys are wrapped by a wrapping key. One that only says it is destroyed still holds something."""
    return Key.objects.filter(key_id=key_id).exclude(wrapped=b"").count()


def _present(module: KeyModule, saved: KeyContents) -> KeyContents | None:
    """What the module says it holds, with what it has lost from the backup; None for an empty one."""
    if not is_filled(module):
        return None
    try:
        return contents_of({**saved.secrets(), **module.secrets()})
    except KeyError as missing:
        raise CustodyRefused(f"The backup lacks {missing.args[0]} too: it is an older copy.") from None


def _lost(module: KeyModule, present: KeyContents) -> list[str]:
    """The names of what the module should hold and does not."""
    there = module.secrets()
    return [name for name in present.secrets() if name not in there]


def _joined(present: KeyContents | None, saved: KeyContents, key_id: str) -> KeyContents:
    """What the module is to hold after a restore."""
    if present is None:
        return saved
    if key_id and _known(present if key_id in present.wrapping else saved, key_id).state == KeyState.DESTROYED:
        raise CustodyRefused(f"The wrapping key {key_id} was destroyed.")
    if key_id in present.wrapping and present.wrapping[key_id].state == KeyState.RETIRED:
        _demand_same(present, saved)
        return present.with_state(key_id, KeyState.OPEN)
    missing = {name: key for name, key in saved.wrapping.items() if name not in present.wrapping and key.key}
    for name, key in missing.items():
        if key_id in ("", name):
            present = present.with_key(name, WrappingKey(KeyState.OPEN, timezone.now(), key.key))
    return present


@contextmanager
def _module() -> Iterator[KeyModule]:
    """The module, for one change at a time; afterwards this process opens its keys anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('vault:wrapping-keys', 0))")
    try:
        yield key_module()
    finally:
        forget()


def _proven(contents: KeyContents, custodians: Custodians) -> KeyContents:
    """The contents, once both custodians have opened the backup that the module names; with a name for the first."""
    if contents.backup:
        _demand_same(contents, read_backup(custodians.backup, custodians.passphrases))
        return contents
    if custodians.backup.exists():
        raise CustodyRefused(f"{custodians.backup} is there already: name a new file for the first backup.")
    return replace(contents, backup=str(uuid.uuid4()))


def _demand_same(contents: KeyContents, saved: KeyContents) -> None:
    if contents.backup != saved.backup:
        raise CustodyRefused("This is not the backup that the module names: other custodians have theirs.")


def _bring(module: KeyModule, contents: KeyContents, custodians: Custodians) -> None:
    write_backup(custodians.backup, contents, custodians.passphrases)
    write_contents(module, contents)


def _known(contents: KeyContents, key_id: str) -> WrappingKey:
    if key_id not in contents.wrapping:
        raise CustodyRefused(f"There is no wrapping key {key_id}.")
    return contents.wrapping[key_id]


def _demand_unused(key_id: str) -> None:
    if number := in_use(key_id):
        raise CustodyRefused(f"{number} data keys are wrapped by {key_id}: without it what they seal is gone for good.")


def _record(reason: Reason, key_id: str, *, by: Actor) -> None:
    log.record(Verb.WRAPPING_KEY_CHANGED, by=by, reason=reason, about=key_id)
