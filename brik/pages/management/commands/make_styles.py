"""Writes the style sheet of the design system, cut down to what the house uses."""

from __future__ import annotations

import gzip
from typing import Any

from django.core.management.base import BaseCommand

from brik.pages.styles import cutting


class Command(BaseCommand):
    help = "Writes static/designsystem.css from the vendored sheets, without what nothing of ours uses."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sheet = cutting.cut()
        cutting.SHEET.write_text(sheet)
        self.stdout.write(
            f"{cutting.SHEET.name}: {len(sheet)} bytes, {len(gzip.compress(sheet.encode(), 9, mtime=0))} compressed"
        )
