"""The AES block cipher as FIPS 197 describes it. Encryption only: the counter mode needs no more."""

POLYNOMIAL = 0x11B
BLOCK = 16


def times(one: int, other: int) -> int:
    """The product in the field GF(2^8) of FIPS 197, section 4.2."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= POLYNOMIAL
        other >>= 1
    return product


def _inverse(value: int) -> int:
    """``value`` to the power of 254, which is its inverse; nothing for nothing."""
    result = 1
    for _ in range(254):
        result = times(result, value)
    return result


def _substitute(value: int) -> int:
    """SubBytes, section 5.1.1: the inverse, then the affine transformation."""
    inverse = _inverse(value)
    result = 0x63
    for shift in range(5):
        result ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
    return result


SUBSTITUTES = [_substitute(value) for value in range(256)]
DOUBLES = [times(value, 2) for value in range(256)]


def expand(key: bytes) -> list[bytes]:
    """The round keys, section 5.2."""
    words = [key[start : start + 4] for start in range(0, len(key), 4)]
    length, rounds, constant = len(words), len(words) + 6, 1
    while len(words) < 4 * (rounds + 1):
        word = words[-1]
        if len(words) % length == 0:
            word = bytes(SUBSTITUTES[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = DOUBLES[constant]
        elif length > 6 and len(words) % length == 4:
            word = bytes(SUBSTITUTES[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(words[-length], word, strict=True)))
    return [b"".join(words[start : start + 4]) for start in range(0, len(words), 4)]


def encrypt_block(round_keys: list[bytes], block: bytes) -> bytes:
    """One block of 16 bytes, section 5.1. The state lies column by column, as the bytes come."""
    state = _added(block, round_keys[0])
    for round_key in round_keys[1:-1]:
        state = _added(_mixed(_shifted(state)), round_key)
    return bytes(_added(_shifted(state), round_keys[-1]))


def _added(state: bytes | list[int], round_key: bytes) -> list[int]:
    return [byte ^ key for byte, key in zip(state, round_key, strict=True)]


def _shifted(state: list[int]) -> list[int]:
    """SubBytes and ShiftRows: row ``r`` moves ``r`` columns to the left."""
    return [SUBSTITUTES[state[(place + 4 * (place % 4)) % BLOCK]] for place in range(BLOCK)]


def _mixed(state: list[int]) -> list[int]:
    """MixColumns: each byte is 2·itself + 3·the next + the two others of its column."""
    mixed = []
    for column in range(0, BLOCK, 4):
        a, b, c, d = state[column : column + 4]
        every = a ^ b ^ c ^ d
        mixed += [own ^ every ^ DOUBLES[own ^ following] for own, following in ((a, b), (b, c), (c, d), (d, a))]
    return mixed
