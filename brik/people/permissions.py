"""What can be permitted in this room."""

from enum import StrEnum


class PeoplePermission(StrEnum):
    SEE_PEOPLE = "people.see"
    EDIT_PROTECTION = "people.edit_protection"
    REGISTER_PERSON = "people.register"
