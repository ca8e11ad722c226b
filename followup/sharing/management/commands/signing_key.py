import json
from typing import Any

from django.core.management.base import BaseCommand

from followup.sharing.wire import signing


class Command(BaseCommand):
    help = "Print our public signing key (JWK), to hand to those who check our messages."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(signing.public_jwk(signing.own_key()), sort_keys=True))
