"""The protections, by what they guard."""

from tests.mutants.protection import Protection
from tests.mutants.protections import (
    codes,
    custody,
    database,
    disclosures,
    erasures,
    exchanges,
    keys,
    lists,
    looks,
    permissions,
    proofs,
    retention,
    rotation,
    seals,
    signatures,
    verification,
)

EVERY: list[Protection] = [
    *seals.EVERY,
    *keys.EVERY,
    *database.EVERY,
    *permissions.EVERY,
    *disclosures.EVERY,
    *erasures.EVERY,
    *proofs.EVERY,
    *signatures.EVERY,
    *retention.EVERY,
    *exchanges.EVERY,
    *looks.EVERY,
    *codes.EVERY,
    *verification.EVERY,
    *custody.EVERY,
    *rotation.EVERY,
    *lists.EVERY,
]
