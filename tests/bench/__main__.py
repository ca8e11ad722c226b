"""Run every subject, or those named: ``python -m tests.bench [subject …]``. Prints one table; fails on a missed bound."""

import importlib
import os
import pkgutil
import sys
import tempfile
import time
from pathlib import Path

from tests import bench

NOT_SUBJECTS = {"__main__", "figures", "clear", "people", "session_wizard", "bare_wizard", "spent"}


def subjects() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    return [name for name in found if name not in NOT_SUBJECTS]


def main(chosen: list[str]) -> int:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "brik.settings", "BRIK_DEMO": "1"}
    os.environ["BRIK_TEST_DATABASE"] = f"test_bench_{os.getpid()}"
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KEY_DIR"] = str(Path(folder) / "keys")
        import django
        from django.conf import settings
        from django.db import connection

        django.setup()
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN_STATIC}}
        from brik.audit.owner_command import owner_role
        from brik.vault.providers.files_provider import create_keys

        create_keys(settings.KEY_DIR)
        with owner_role():
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            try:
                for name in chosen or subjects():
                    print(f"\n{name}", flush=True)
                    began = time.monotonic()
                    for figure in importlib.import_module(f"tests.bench.{name}").measure():
                        print(f"  {figure.line()}", flush=True)
                        missed += figure.verdict == "MISSED"
                    print(f"  ({time.monotonic() - began:.0f} s)")
            finally:
                connection.creation.destroy_test_db("postgres", verbosity=0)
    return 1 if missed else 0


PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
