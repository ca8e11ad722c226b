"""The tables of this room, each in a file named by its subject."""

from brik.definitions.recipients import OrganisationKind
from brik.staff.accounts import MapperApproval, Post, Role, Staff
from brik.staff.four_eyes.proposals import Proposal, ProposalKind, ProposalState
from brik.staff.kept_pages.rows import KeptPage
from brik.staff.message_keys import MessageKey
from brik.staff.organisations import KIND_CHOICES, Channel, Organisation, Unit, UnitStanding
from brik.staff.replaced_keys import ReplacedKey
from brik.staff.sign_in.attempts import ThrottledAttempt

__all__ = [
    "KIND_CHOICES",
    "Channel",
    "KeptPage",
    "MapperApproval",
    "MessageKey",
    "Organisation",
    "OrganisationKind",
    "Post",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "ReplacedKey",
    "Role",
    "Staff",
    "ThrottledAttempt",
    "Unit",
    "UnitStanding",
]
