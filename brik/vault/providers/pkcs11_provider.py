"""Keys in a hardware module, or SoftHSM, that speaks PKCS#11 (``PKCS11_LIBRARY``, ``PKCS11_TOKEN``, a PIN).

The module key is an AES key that is made in the module and cannot be taken out. Each secret is a private data object,
encrypted by it in the module (AES-GCM, bound to its name and its number). A process signs in once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pkcs11
from django.conf import settings
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass

from brik.vault.providers.key_files import read_secret
from brik.vault.providers.unavailable_keys import KeysUnavailable
from brik.vault.sealing import NONCE_BYTES, TAG_BYTES, associated_data

MODULE_KEY, APPLICATION = "brik-module-key", "brik"

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Stored:
    """A data object of the module. Of two with one name the higher number counts: the other was about to be removed."""

    name: str
    number: int
    value: bytes
    entry: Any

    @property
    def bound_to(self) -> bytes:
        return _bound(self.name, self.number)


def _in_module(method: Callable[Concatenate[HardwareModule, P], T]) -> Callable[Concatenate[HardwareModule, P], T]:
    """One thread at a time, and a second try with a new sign-in: a module that was away and is back is found again."""

    @wraps(method)
    def called(self: HardwareModule, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with _Session.lock:
            try:
                return method(self, *args, **kwargs)
            except (pkcs11.PKCS11Error, KeysUnavailable):
                _Session.end()
            try:
                return method(self, *args, **kwargs)
            except pkcs11.PKCS11Error as error:
                _Session.end()
                raise KeysUnavailable(_sentence(error)) from None

    return called


class HardwareModule:
    """The token that the settings name."""

    how_to_fill = (
        "in a new installation run manage.py wrapping_key create, to bring keys back manage.py wrapping_key restore"
    )

    @_in_module
    def is_empty(self) -> bool:
        return _module_key(_Session.of_process()) is None

    @_in_module
    def begin(self) -> None:
        session = _Session.of_process()
        if _module_key(session) is None:
            never_leaves = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            session.generate_key(KeyType.AES, 256, label=MODULE_KEY, store=True, template=never_leaves)

    @_in_module
    def secrets(self) -> dict[str, bytes]:
        session = _Session.of_process()
        key = self._demand_key(session)
        newest = {stored.name: stored for stored in sorted(_all_stored(session), key=lambda each: each.number)}
        return {name: _opened(key, stored) for name, stored in newest.items()}

    @_in_module
    def put(self, name: str, secret: bytes) -> None:
        session = _Session.of_process()
        older = [stored for stored in _all_stored(session) if stored.name == name]
        number = max((stored.number for stored in older), default=0) + 1
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._demand_key(session).encrypt(
            secret, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, _bound(name, number))
        )
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.DATA,
                Attribute.TOKEN: True,
                Attribute.PRIVATE: True,
                Attribute.APPLICATION: APPLICATION,
                Attribute.LABEL: f"{name} {number}",
                Attribute.VALUE: nonce + sealed,
            }
        )
        for stored in older:
            stored.entry.destroy()

    @_in_module
    def remove(self, name: str) -> None:
        for stored in _all_stored(_Session.of_process()):
            if stored.name == name:
                stored.entry.destroy()

    def _demand_key(self, session: Any) -> Any:
        key = _module_key(session)
        if key is None:
            raise KeysUnavailable(f"The token {settings.PKCS11_TOKEN} holds no module key; {self.how_to_fill}.")
        return key


def module() -> HardwareModule:
    return HardwareModule()


class _Session:
    """The one sign-in of this process. A forked process makes its own."""

    lock = threading.RLock()
    # The module counts wrong PINs and locks itself, so the same wrong one is not tried twice.
    refused_pin: tuple[str, str] | None = None
    _session: Any = None
    _process: int | None = None

    @classmethod
    def of_process(cls) -> Any:
        if cls._session is None or cls._process != os.getpid():
            cls._session, cls._process = _signed_in(), os.getpid()
        return cls._session

    @classmethod
    def end(cls) -> None:
        cls._session = None

    @classmethod
    def new_lock(cls) -> None:
        cls.lock = threading.RLock()


os.register_at_fork(after_in_child=_Session.new_lock)


def end_session() -> None:
    """Sign in anew at the next use, for a module that was exchanged."""
    with _Session.lock:
        _Session.end()


def _signed_in() -> Any:
    for name in ("PKCS11_LIBRARY", "PKCS11_TOKEN"):
        if not getattr(settings, name):
            raise KeysUnavailable(f"Set {name}: KEY_PROVIDER=pkcs11 needs the module's library and its token's label.")
    pin = _pin()
    if _Session.refused_pin == (settings.PKCS11_TOKEN, pin):
        raise KeysUnavailable(_sentence(pkcs11.PinIncorrect()))
    library = pkcs11.lib(settings.PKCS11_LIBRARY)
    # A library that was opened before a fork, or before the module went away, is of no use any more.
    library.reinitialize()
    try:
        return library.get_token(token_label=settings.PKCS11_TOKEN).open(rw=True, user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange):
        _Session.refused_pin = (settings.PKCS11_TOKEN, pin)
        raise


def _pin() -> str:
    """From a file or the environment: the arguments of a command are seen by every user of the machine."""
    if settings.PKCS11_PIN_FILE:
        return read_secret(settings.PKCS11_PIN_FILE).decode().strip()
    if not settings.PKCS11_PIN:
        raise KeysUnavailable("Set PKCS11_PIN_FILE to a file, mode 0600, with the PIN of the token, or PKCS11_PIN.")
    pin: str = settings.PKCS11_PIN
    return pin


def _module_key(session: Any) -> Any:
    keys = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: MODULE_KEY})
    return next(iter(list(keys)), None)


def _all_stored(session: Any) -> list[_Stored]:
    found = session.get_objects({Attribute.CLASS: ObjectClass.DATA, Attribute.APPLICATION: APPLICATION})
    return [_stored(entry) for entry in list(found)]


def _stored(entry: Any) -> _Stored:
    name, _, number = entry[Attribute.LABEL].rpartition(" ")
    return _Stored(name, int(number), entry[Attribute.VALUE], entry)


def _opened(key: Any, stored: _Stored) -> bytes:
    nonce, sealed = stored.value[:NONCE_BYTES], stored.value[NONCE_BYTES:]
    secret: bytes = key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, stored.bound_to))
    return secret


def _gcm(nonce: bytes, bound_to: bytes) -> GCMParams:
    return GCMParams(nonce, bound_to, TAG_BYTES * 8)


def _bound(name: str, number: int) -> bytes:
    return associated_data("brik/module-secret", name, number)


_SENTENCES: dict[type[Exception], str] = {
    pkcs11.NoSuchToken: "The key module has no token {token}; set PKCS11_TOKEN to its label, or make it.",
    pkcs11.PinIncorrect: "The PIN of the token {token} is wrong; set PKCS11_PIN_FILE or PKCS11_PIN.",
    pkcs11.PinLenRange: "The PIN of the token {token} is wrong; set PKCS11_PIN_FILE or PKCS11_PIN.",
    pkcs11.PinLocked: "The token {token} is locked after wrong PINs; its security officer must set a new PIN.",
    pkcs11.UserPinNotInitialized: "The token {token} has no PIN yet; its security officer must set one.",
}


def _sentence(error: pkcs11.PKCS11Error) -> str:
    for kind, sentence in _SENTENCES.items():
        if isinstance(error, kind):
            return sentence.format(token=settings.PKCS11_TOKEN)
    return (
        f"The key module does not answer ({type(error).__name__}); see that {settings.PKCS11_LIBRARY} is there, that"
        " the module is connected, and that this user may use it."
    )
