"""The protections, by what they guard."""

from tests.mutants.protection import Protection
from tests.mutants.protections import database, disclosures, keys, lists, looks, permissions, seals, signatures

EVERY: list[Protection] = [
    *seals.EVERY,
    *keys.EVERY,
    *database.EVERY,
    *permissions.EVERY,
    *disclosures.EVERY,
    *signatures.EVERY,
    *looks.EVERY,
    *lists.EVERY,
]
