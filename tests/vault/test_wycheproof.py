"""Project Wycheproof's cases for AES-GCM, read as sealed values: what is valid opens, and nothing else does."""

import json
from collections import Counter
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brik.vault.sealing import FORMAT, NONCE_BYTES, SealBroken, seal, unseal
from tests.vault import vector_files
from tests.vault.second import gcm

FILE = Path(__file__).resolve().parents[1] / "vendor/wycheproof/aes_gcm_test.json"
CASES = [case for group in json.loads(FILE.read_text())["testGroups"] for case in group["tests"]]
OURS = [case for case in CASES if len(bytes.fromhex(case["iv"])) == NONCE_BYTES]
OTHERS = [case for case in CASES if case not in OURS]
PARTS = ("key", "iv", "aad", "msg", "ct", "tag")


def known(case):
    return f"{case['tcId']} {case['flags'][0]}"


def test_the_file_is_whole():
    assert Counter(case["result"] for case in CASES) == {"valid": 229, "invalid": 87}
    assert len([case for case in OURS if len(case["key"]) == 64]) == 66


@pytest.mark.parametrize("case", OURS, ids=known)
def test_a_valid_case_opens_and_is_sealed_to_the_same_bytes_and_an_invalid_one_is_refused(case):
    key, nonce, bound, text, ciphertext, tag = vector_files.bytes_of(case, *PARTS)
    sealed = FORMAT + nonce + ciphertext + tag
    if case["result"] == "invalid":
        with pytest.raises(SealBroken):
            unseal(AESGCM(key), sealed, bound)
        return
    assert unseal(AESGCM(key), sealed, bound) == text
    with vector_files.nonces(nonce):
        assert seal(AESGCM(key), text, bound) == sealed


@pytest.mark.parametrize("case", OTHERS, ids=known)
def test_a_nonce_of_another_length_never_opens(case):
    """The format has room for one length only: valid elsewhere, such bytes are no sealed value."""
    key, nonce, bound, _, ciphertext, tag = vector_files.bytes_of(case, *PARTS)
    with pytest.raises(SealBroken):
        unseal(AESGCM(key), FORMAT + nonce + ciphertext + tag, bound)


@pytest.mark.parametrize("case", CASES, ids=known)
def test_the_second_implementation_agrees_on_every_case(case):
    key, nonce, bound, text, ciphertext, tag = vector_files.bytes_of(case, *PARTS)
    if case["result"] == "invalid":
        with pytest.raises(gcm.NotAuthenticError):
            gcm.decrypt(key, nonce, ciphertext + tag, bound)
        return
    assert gcm.decrypt(key, nonce, ciphertext + tag, bound) == text
    assert gcm.encrypt(key, nonce, text, bound) == ciphertext + tag
