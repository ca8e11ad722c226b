from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from brik.definitions.languages import Language
from brik.staff.rules import NotAllowed
from brik.staff.sign_in.first_account import make_first_account

PASSWORD = "FIRST_ACCOUNT_PASSWORD"  # noqa: S105


class Command(BaseCommand):
    help = f"Make the first two accounts, of system keepers. Asks for a password, or takes it from {PASSWORD}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(PASSWORD) or getpass.getpass("Password: ")
        with translation.override(Language.ENGLISH):
            try:
                account = make_first_account(options["username"], password=password)
            except (NotAllowed, ValidationError) as error:
                raise CommandError(" ".join(getattr(error, "messages", None) or [str(error)])) from None
        self.stdout.write(
            f"Made {account.username}, a system keeper. There must be two: one proposes and the other confirms."
        )
