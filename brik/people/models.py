"""The tables of this room, each in a file named by its subject."""

from brik.people.legal_status import LegalStatus
from brik.people.persons import Identifier, IdentifierKind, Person, Stay
from brik.people.rulings import Ruling
from brik.people.stays.placements import Placement

__all__ = ["Identifier", "IdentifierKind", "LegalStatus", "Person", "Placement", "Ruling", "Stay"]
