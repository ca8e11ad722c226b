"""Everything ``docs/sealed-format.md`` describes: places, values, nothings, wrapped and shared keys, look-up hashes.

Keys, nonces and texts are bytes; places and names of keys come as JSON gives them.
"""

import hashlib
import hmac
import struct
from typing import Any

from tests.vault.second import gcm

VALUE, NOTHING = b"\x01", b"\x02"
NONCE = 12
Json = dict[str, Any]


class RefusedError(Exception):
    """These bytes were not sealed in this place."""


def counted(*parts: bytes) -> bytes:
    """Each part after its length, which is four bytes, the largest first."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def number(uuid: str) -> bytes:
    """The sixteen bytes of a UUID."""
    return bytes.fromhex(uuid.replace("-", ""))


def bound_to(place: Json) -> bytes:
    """The associated data of a value."""
    names = [place[name].encode() for name in ("installation", "table", "column")]
    uuids = [number(place[name]) for name in ("person", "row")]
    return counted(b"brik/v1", *names, *uuids, b"%d" % place["row_version"])


def bound_key(name: Json) -> bytes:
    """The associated data of a wrapped data key."""
    texts = [name[part].encode() for part in ("keeping", "key_id")]
    return counted(b"brik/data-key", name["installation"].encode(), number(name["id"]), *texts)


def bound_shared_key(name: Json) -> bytes:
    """The associated data of both inner seals of a shared key."""
    uuids = [number(name[part]) for part in ("row", "person", "organisation")]
    return counted(b"brik/shared-key", name["installation"].encode(), *uuids)


def seal(key: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    """A sealed value."""
    return VALUE + nonce + gcm.encrypt(key, nonce, text, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed. Raises ``RefusedError``."""
    if sealed[:1] != VALUE:
        raise RefusedError
    try:
        return gcm.decrypt(key, sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound)
    except gcm.NotAuthenticError:
        raise RefusedError from None


def nothing(key: bytes, bound: bytes) -> bytes:
    """The proof that a place is empty. There is one for each place and key."""
    whole = counted(b"brik/nothing") + bound
    return NOTHING + gcm.encrypt(key, hashlib.sha256(whole).digest()[:NONCE], b"", whole)


def wrap(wrapping_key: bytes, nonce: bytes, data_key: bytes, name: Json) -> bytes:
    """A data key as it is stored."""
    return seal(wrapping_key, nonce, data_key, bound_key(name))


def unwrap(wrapping_key: bytes, wrapped: bytes, name: Json) -> bytes:
    """A stored data key. Raises ``RefusedError``."""
    return unseal(wrapping_key, wrapped, bound_key(name))


def share(keys: dict[str, bytes], nonces: dict[str, bytes], name: Json) -> bytes:
    """The key of a row as it is stored: under the organisation's, under the person's, and wrapped."""
    bound = bound_shared_key(name)
    inner = seal(keys["organisation"], nonces["organisation"], keys["data"], bound)
    outer = seal(keys["person"], nonces["person"], inner, bound)
    return wrap(keys["wrapping"], nonces["wrapping"], outer, _of_row(name))


def unshare(keys: dict[str, bytes], stored: bytes, name: Json) -> bytes:
    """The key of a row from what is stored. Raises ``RefusedError``."""
    bound = bound_shared_key(name)
    outer = unwrap(keys["wrapping"], stored, _of_row(name))
    return unseal(keys["organisation"], unseal(keys["person"], outer, bound), bound)


def lookup_hash(lookup_key: bytes, purpose: str, value: str) -> bytes:
    """The keyed hash by which a value is found again."""
    of_purpose = hmac.digest(lookup_key, purpose.encode(), hashlib.sha256)
    return hmac.digest(of_purpose, value.encode(), hashlib.sha256)


def _of_row(name: Json) -> Json:
    return {**name, "keeping": "shared_row", "id": name["row"]}
