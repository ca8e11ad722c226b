"""What can be permitted in this room."""

from enum import StrEnum


class PeoplePermission(StrEnum):
    SEE_PEOPLE = "people.see"
    EDIT_PROTECTION = "people.edit_protection"
    REGISTER_PERSON = "people.register"
    RESOLVE_ARRIVALS = "people.resolve_arrivals"
    APPROVE_MAPPERS = "people.approve_mappers"
    SEE_COUNTS = "people.counts"
    CONFIRM = "people.confirm"
    ADMINISTER = "people.administer"
