"""Who may do what: role × permission × scope, in one table."""

from brik.arrivals.permissions import ArrivalsPermission as Arrivals
from brik.mapping.permissions import MappingPermission as Mapping
from brik.people.permissions import PeoplePermission as People
from brik.slips.permissions import SlipsPermission as Slips
from brik.staff.access import Scope
from brik.staff.permissions import StaffPermission as Staff
from brik.tasks.permissions import TasksPermission as Tasks
from consent.permissions import ConsentPermission as Consent
from followup.desk.permissions import DeskPermission as Desk
from followup.plan.permissions import PlanPermission as Plan
from followup.sharing.permissions import SharingPermission as Sharing

ROLES = {
    "kartlegger": {
        Consent.HOLD_TALK: Scope.APPROVED,
        Consent.CLOSE_TALK: Scope.UNIT,
        Consent.READ: Scope.UNIT,
        Consent.SEE_REFUSALS: Scope.UNIT,
        Consent.READ_RECEIPTS: Scope.APPROVED,
        Consent.READ_SHEETS: Scope.APPROVED,
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        Mapping.SEE_PROGRESS: Scope.UNIT,
        Mapping.INTERVIEW: Scope.APPROVED,
        Plan.NEEDS: Scope.APPROVED,
        Sharing.SHARE: Scope.APPROVED,
        Sharing.SEE_DELIVERIES: Scope.APPROVED,
        People.SEE_PEOPLE: Scope.UNIT,
        People.EDIT_PROTECTION: Scope.UNIT,
        People.REGISTER_PERSON: Scope.UNIT,
        People.PLACE: Scope.UNIT,
        Slips.TURN: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.APPROVED,
        Tasks.MAKE: Scope.APPROVED,
    },
    "kontaktbetjent": {
        Consent.HOLD_TALK: Scope.UNIT,
        Consent.CLOSE_TALK: Scope.UNIT,
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        Mapping.SEE_PROGRESS: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
        People.EDIT_PROTECTION: Scope.UNIT,
        People.REGISTER_PERSON: Scope.UNIT,
        People.PLACE: Scope.UNIT,
        Slips.TURN: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
    },
    "koordinator": {
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        Mapping.SEE_PROGRESS: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
    },
    "sosialkonsulent": {
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        Mapping.SEE_PROGRESS: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
    },
    # These two know the people of their unit by what they are asked to do, and see no list of them.
    "barneansvarlig": {
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
    },
    "verksbetjent": {
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
    },
    "vaktleder": {
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.TAKE: Scope.UNIT,
        Tasks.TAKE_DANGER: Scope.UNIT,
    },
    "leder": {
        Consent.SEE_OFFERED: Scope.UNIT,
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
        People.RULE_ON_RESTRICTIONS: Scope.UNIT,
        People.PLACE: Scope.UNIT,
        Arrivals.RESOLVE_ARRIVALS: Scope.UNIT,
        Staff.APPROVE_MAPPERS: Scope.UNIT,
        Desk.SEE_COUNTS: Scope.UNIT,
        Staff.CONFIRM: Scope.UNIT,
        Tasks.OPEN: Scope.UNIT,
        Tasks.SEE_LATE: Scope.UNIT,
    },
    "beslutter": {
        Consent.NOTE_WITHDRAWAL: Scope.UNIT,
        People.SEE_PEOPLE: Scope.UNIT,
    },
    # A desk of the controller: it answers requests for access. The data-protection officer controls, and reads no case.
    "innsyn": {
        Desk.EXTRACT: Scope.ALL,
        Desk.HOLD: Scope.ALL,
        Desk.ERASE: Scope.ALL,
        Consent.READ_SHEETS: Scope.ALL,
        Mapping.READ_RESTRICTED: Scope.ALL,
        Consent.READ: Scope.ALL,
        Consent.NOTE_WITHDRAWAL: Scope.ALL,
    },
    "personvern": {
        Desk.READ_EVENTS: Scope.ALL,
    },
    "system": {
        Staff.ADMINISTER: Scope.ALL,
        Staff.CONFIRM: Scope.ALL,
    },
    "partner": {
        Sharing.INBOX: Scope.OWN_ORGANISATION,
        Slips.READ: Scope.OWN_ORGANISATION,
    },
}
