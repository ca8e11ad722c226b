"""Project Wycheproof's cases for AES-GCM, read as sealed values: what is valid opens, and nothing else does."""

import json
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brik.vault.sealing import FORMAT, NONCE_BYTES, SealBroken, seal, unseal
from tests.vault import vector_files
from tests.vault.second import gcm

FILE = Path(__file__).resolve().parents[1] / "vendor/wycheproof/aes_gcm_test.json"
CASES = [case for group in json.loads(FILE.read_text())["testGroups"] for case in group["tests"]]
OURS = [case for case in CASES if len(bytes.fromhex(case["iv"])) == NONCE_BYTES]
PARTS = ("key", "iv", "aad", "msg", "ct", "tag")


def sealed_by_us(case):
    """Whether our code opens the case to its text and makes the same bytes of it; False where it is refused."""
    key, nonce, bound, text, ciphertext, tag = vector_files.bytes_of(case, *PARTS)
    stored = FORMAT + nonce + ciphertext + tag
    try:
        assert unseal(AESGCM(key), stored, bound) == text
    except SealBroken:
        return False
    with vector_files.nonces(nonce):
        assert seal(AESGCM(key), text, bound) == stored
    return True


def sealed_by_the_second(case):
    """The same of the second implementation, which takes nonces of every length."""
    key, nonce, bound, text, ciphertext, tag = vector_files.bytes_of(case, *PARTS)
    try:
        assert gcm.decrypt(key, nonce, ciphertext + tag, bound) == text
    except gcm.NotAuthenticError:
        return False
    assert gcm.encrypt(key, nonce, text, bound) == ciphertext + tag
    return True


def judged_wrongly(judge, cases):
    return [case["tcId"] for case in cases if judge(case) != (case["result"] == "valid")]


def test_the_file_is_whole():
    assert Counter(case["result"] for case in CASES) == {"valid": 229, "invalid": 87}
    assert len([case for case in OURS if len(bytes.fromhex(case["key"])) == 32]) == 66


def test_every_valid_case_opens_and_is_sealed_to_the_same_bytes_and_every_invalid_one_is_refused():
    assert judged_wrongly(sealed_by_us, OURS) == []


def test_a_nonce_of_another_length_never_opens():
    """The format has room for one length only: valid elsewhere, such bytes are no sealed value."""
    others = [case for case in CASES if case not in OURS]
    assert len(others) == 119
    assert [case["tcId"] for case in others if sealed_by_us(case)] == []


def test_the_second_implementation_agrees_on_every_case():
    assert judged_wrongly(sealed_by_the_second, CASES) == []
