import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from brik.mapping.questionnaire import catalogue
from followup.demo import example_message
from followup.sharing.wire import question_lists


class Command(BaseCommand):
    help = "Write the questions, the codes and the example that are published beside the message schemas."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        files = [*question_lists.published_files(catalogue.load_all(catalogue.FOLDER))]
        files.append((example_message.PATH, example_message.message()))
        for path, content in files:
            self.write(path, content)

    def write(self, path: Path, content: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        self.stdout.write(path.name)
