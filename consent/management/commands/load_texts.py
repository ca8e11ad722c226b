"""Publish the consent texts and declare the legal bases that lie in ``fixtures/consent``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from brik.definitions.strict_yaml import DefinitionError
from consent.texts import catalogue as texts
from consent.texts import legal_bases


class Command(BaseCommand):
    help = "Publish the consent texts. A published version that has been changed stops with a sentence."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                new, refused = texts.load()
                legal_bases.load()
        except DefinitionError as error:
            raise CommandError(str(error)) from error
        for text in new:
            self.stdout.write(f"{text.kind} {text.language} {text.version}")
        if refused:
            raise CommandError(
                "Not approved by anybody, and this is no demonstration, so not published (see approve_text): "
                + ", ".join(refused)
            )
