"""Place or end a legal hold: two people who answer requests for access, each with a password of their own."""

from __future__ import annotations

from getpass import getpass
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.reasons import Reason
from brik.people.models import Person
from brik.staff.models import Staff
from followup.desk.retention import actions
from followup.desk.retention.legal_holds import END_REASONS, HOLD_REASONS, LegalHold


class Command(BaseCommand):
    help = "Place a legal hold on everything kept about a person, end one, or list those that stand. Takes two people."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        place = what.add_parser("place", help="from today on nothing about the person is destroyed")
        place.add_argument("person", type=UUID, help="the uuid, as in the address of the person's page")
        place.add_argument("why", choices=[reason.value for reason in HOLD_REASONS])
        end = what.add_parser("end", help="what is due is destroyed in the next night")
        end.add_argument("hold", type=UUID, help="the uuid of the hold, as the list shows it")
        end.add_argument("why", choices=[reason.value for reason in END_REASONS])
        for parts in (place, end):
            parts.add_argument("by", help="user name of who asks for it")
            parts.add_argument("confirmed_by", help="user name of who confirms it")
        what.add_parser("list", help="the holds that stand")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "list":
            for hold in LegalHold.objects.standing():
                self.stdout.write(f"{hold.pk}: {hold.person_id}, {hold.why}, from {hold.since}")
            return
        by, confirmed_by = self._account(options["by"]), self._account(options["confirmed_by"])
        try:
            if options["what"] == "place":
                person = self._found(Person, options["person"])
                hold = actions.place_hold(person, why=Reason(options["why"]), by=by, confirmed_by=confirmed_by)
                self.stdout.write(f"{hold.pk}: nothing about {person.pk} is destroyed until this hold is ended.")
            else:
                hold = self._found(LegalHold.objects.filter(end=None), options["hold"])
                actions.end_hold(hold, why=Reason(options["why"]), by=by, confirmed_by=confirmed_by)
                self.stdout.write(f"{hold.pk} has ended.")
        except PermissionDenied:
            raise CommandError("It takes two different people who answer requests for access.") from None

    def _account(self, username: str) -> Staff:
        account = authenticate(username=username, password=getpass(f"Password of {username}: "))
        # A password that somebody else has set proves nothing of its owner.
        if not isinstance(account, Staff) or account.password_by_other:
            raise CommandError("The user name or the password is wrong, or the password was set by somebody else.")
        return account

    def _found(self, rows: Any, pk: UUID) -> Any:
        row = getattr(rows, "objects", rows).filter(pk=pk).first()
        if row is None:
            raise CommandError(f"There is no {pk}, or it has ended.")
        return row
