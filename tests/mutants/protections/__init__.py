"""The protections, by what they guard."""

from tests.mutants.protection import Protection
from tests.mutants.protections import database, disclosures, erasures, keys, looks, permissions, seals, signatures

EVERY: list[Protection] = [
    *seals.EVERY,
    *keys.EVERY,
    *database.EVERY,
    *permissions.EVERY,
    *disclosures.EVERY,
    *erasures.EVERY,
    *signatures.EVERY,
    *looks.EVERY,
]
