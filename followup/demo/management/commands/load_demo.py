"""Fills a demonstration with units, organisations, accounts, people and talks."""

from __future__ import annotations

import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from brik.arrivals.timeline.outcomes import MessageStatus
from brik.audit.actors import Process
from brik.people.models import Person
from brik.vault import keys
from followup.demo import inmates, register, stories
from followup.desk.receiving import receive


class Command(BaseCommand):
    help = "Load made-up people and talks into a demonstration. People who are there already stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SYNTHETIC_PEOPLE_ALLOWED:
            raise CommandError("Set BRIK_DEMO=1: made-up people belong in a demonstration only.")
        began = time.monotonic()
        with keys.ring(), transaction.atomic():
            register.load()
            call_command("load_texts", verbosity=0, stdout=StringIO())
            if Person.objects.exists():
                return
            self._say("Taking in the arrivals of about sixty made-up people …")
            arrived = [receive(raw, by=Process("demo")) for raw in inmates.stream(timezone.localdate())]
            if any(outcome.status == MessageStatus.REJECTED for outcome in arrived):
                raise CommandError("A message was rejected; the demonstration is not loaded.")
            self._say("Holding nearly twenty talks with them …")
            stories.play()
        self._say(f"Loaded in {time.monotonic() - began:.0f} seconds.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
