"""What custodians do between rotations, without asking two people; and whether everything opens and verifies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from math import inf

from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.vault.providers import provider as providers
from brik.vault.providers.key_contents import KeyContents, read_contents, write_contents
from brik.vault.providers.key_module import key_module
from brik.vault.providers.lookup_keys import LookupKeys
from brik.vault.providers.provider import KeyProvider, forget, provider
from followup.desk.verification import history_rows, register_rows


def _bring(contents: KeyContents) -> None:
    write_contents(key_module(), contents)
    forget()


def new_wrapping_key() -> str:
    """The id of a new wrapping key, which wraps from now on."""
    _bring(read_contents(key_module()).with_new_key())
    return provider().key_id


def new_code_key() -> None:
    """A code key that came in place of another an hour ago: every process knows it by now."""
    contents = read_contents(key_module()).with_new_code_key()
    _bring(replace(contents, code_key_since=timezone.now() - timedelta(hours=1)))


def drop_code_key() -> None:
    """The older code key proves nothing any more."""
    _bring(read_contents(key_module()).without_older_code_key())


def next_lookup_key() -> None:
    """A look-up key that follows the present one, made an hour ago: every process hashes with both."""
    _bring_lookup(read_contents(key_module()).lookup.with_next())


def switch_lookup_key() -> None:
    """The next look-up key alone hashes and finds, since an hour ago."""
    _bring_lookup(read_contents(key_module()).lookup.switched())


def drop_lookup_key() -> None:
    """The older look-up key is gone."""
    _bring_lookup(read_contents(key_module()).lookup.alone())


def _bring_lookup(keys: LookupKeys) -> None:
    settled = replace(keys, since=timezone.now() - timedelta(hours=1))
    _bring(replace(read_contents(key_module()), lookup=settled))


@contextmanager
def process_that_knows(contents: KeyContents) -> Iterator[None]:
    """In the block this process has opened the keys when the module held ``contents``, and has not asked since."""
    now = providers._opened
    providers._opened = providers._Opened()
    providers._opened.provider, providers._opened.good_until = KeyProvider(contents), inf
    try:
        yield
    finally:
        providers._opened = now


@contextmanager
def keys_as_before() -> Iterator[None]:
    """After the block the module has the keys that it has now; wrapping keys made meanwhile lie there unused."""
    contents = read_contents(key_module())
    try:
        yield
    finally:
        _bring(contents)


def checked() -> str:
    """What ``verify_audit`` prints; FEIL before it where it fails."""
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError:
        return f"FEIL {out.getvalue()}"
    return out.getvalue()


def everything_fits() -> bool:
    """Whether every sealed value opens, every code verifies, and rows, histories and events agree."""
    return not checked().startswith("FEIL") and rows_agree()


def rows_agree() -> bool:
    """Whether rows, histories and events agree, as ``verify_rows`` compares them."""
    return not any(comparison.mismatch().ids for comparison in (*history_rows.COMPARISONS, *register_rows.COMPARISONS))
