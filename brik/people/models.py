"""The tables of this room, each in a file named by its subject."""

from brik.people.legal_status import LegalStatus
from brik.people.persons import Identifier, IdentifierKind, Person, Stay
from brik.people.placements import Placement
from brik.people.rulings import Ruling

__all__ = ["Identifier", "IdentifierKind", "LegalStatus", "Person", "Placement", "Ruling", "Stay"]
