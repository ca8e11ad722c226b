"""What can be permitted in this room."""

from enum import StrEnum


class PeoplePermission(StrEnum):
    SEE_PEOPLE = "people.see"
    EDIT_PROTECTION = "people.edit_protection"
    RULE_ON_RESTRICTIONS = "people.rule_on_restrictions"
    REGISTER_PERSON = "people.register"
    PLACE = "people.place"
