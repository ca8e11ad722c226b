"""Galois/Counter Mode with tags of 16 bytes, as NIST SP 800-38D describes it."""

from tests.vault.second import aes

TAG = 16
# The polynomial of section 6.3, its bits in the order of the standard.
REDUCTION = 0xE1 << 120


class NotAuthenticError(Exception):
    """The tag fits neither the text nor what it is bound to."""


def encrypt(key: bytes, nonce: bytes, text: bytes, bound_to: bytes) -> bytes:
    """The ciphertext and its tag, section 7.1."""
    round_keys = aes.expand(key)
    start = _start(round_keys, nonce)
    ciphertext = _counted(round_keys, _next(start), text)
    return ciphertext + _tag(round_keys, start, ciphertext, bound_to)


def decrypt(key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """The text, section 7.2. Raises ``NotAuthenticError`` before anything is decrypted."""
    round_keys = aes.expand(key)
    start = _start(round_keys, nonce)
    ciphertext, tag = sealed[:-TAG], sealed[-TAG:]
    if len(sealed) < TAG or tag != _tag(round_keys, start, ciphertext, bound_to):
        raise NotAuthenticError
    return _counted(round_keys, _next(start), ciphertext)


def _start(round_keys: list[bytes], nonce: bytes) -> bytes:
    """The first counter block."""
    if not nonce:
        raise NotAuthenticError("a nonce has at least one byte")
    if len(nonce) == 12:
        return nonce + b"\0\0\0\1"
    return _hash(round_keys, _filled(nonce) + bytes(8) + (8 * len(nonce)).to_bytes(8, "big"))


def _next(block: bytes) -> bytes:
    """The counter is the last 32 bits, and begins again after the largest."""
    return block[:12] + ((int.from_bytes(block[12:], "big") + 1) % 2**32).to_bytes(4, "big")


def _counted(round_keys: list[bytes], block: bytes, text: bytes) -> bytes:
    """GCTR, section 6.5."""
    result = b""
    for place in range(0, len(text), aes.BLOCK):
        stream = aes.encrypt_block(round_keys, block)
        result += bytes(a ^ b for a, b in zip(text[place : place + aes.BLOCK], stream, strict=False))
        block = _next(block)
    return result


def _tag(round_keys: list[bytes], start: bytes, ciphertext: bytes, bound_to: bytes) -> bytes:
    lengths = (8 * len(bound_to)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    return _counted(round_keys, start, _hash(round_keys, _filled(bound_to) + _filled(ciphertext) + lengths))


def _filled(data: bytes) -> bytes:
    return data + bytes(-len(data) % aes.BLOCK)


def _hash(round_keys: list[bytes], data: bytes) -> bytes:
    """GHASH, section 6.4."""
    subkey = int.from_bytes(aes.encrypt_block(round_keys, bytes(aes.BLOCK)), "big")
    result = 0
    for place in range(0, len(data), aes.BLOCK):
        result = _product(result ^ int.from_bytes(data[place : place + aes.BLOCK], "big"), subkey)
    return result.to_bytes(aes.BLOCK, "big")


def _product(one: int, other: int) -> int:
    """The product in the field GF(2^128), algorithm 1 of section 6.3. The leftmost bit stands for 1."""
    product = 0
    for place in range(127, -1, -1):
        if one >> place & 1:
            product ^= other
        other = other >> 1 ^ (REDUCTION if other & 1 else 0)
    return product
