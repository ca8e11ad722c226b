"""The tables of this room, each in a file named by its subject."""

from brik.people.legal_status import LegalStatus
from brik.people.message_keys import MessageKey
from brik.people.organisations import Channel, Organisation, OrganisationKind, Unit
from brik.people.persons import Identifier, IdentifierKind, Person, Stay
from brik.people.proposals import Proposal, ProposalKind, ProposalState
from brik.people.received import Answer, Message, MessageNumber
from brik.people.staff import MapperApproval, Post, Role, Staff

__all__ = [
    "Answer",
    "Channel",
    "Identifier",
    "IdentifierKind",
    "LegalStatus",
    "MapperApproval",
    "Message",
    "MessageKey",
    "MessageNumber",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Post",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "Role",
    "Staff",
    "Stay",
    "Unit",
]
