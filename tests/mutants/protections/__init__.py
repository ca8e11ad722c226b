"""The protections, by what they guard."""

from tests.mutants.protection import Protection
from tests.mutants.protections import database, disclosures, keys, looks, permissions, proofs, seals, signatures

EVERY: list[Protection] = [
    *seals.EVERY,
    *keys.EVERY,
    *database.EVERY,
    *permissions.EVERY,
    *disclosures.EVERY,
    *proofs.EVERY,
    *signatures.EVERY,
    *looks.EVERY,
]
