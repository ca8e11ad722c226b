"""What a hardware module costs against keys in files: the same person's page, the same keys."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse

from brik.staff.models import Role
from brik.vault.providers import provider as providers
from brik.vault.providers.key_contents import read_contents, write_contents
from brik.vault.providers.key_module import key_module
from tests import situations
from tests.bench.figures import Figure, medians
from tests.vault.key_keepers import FILES, PKCS11, KeyKeeper

ROUNDS = 80


def measure() -> Iterator[Figure]:
    if not shutil.which("softhsm2-util"):
        sys.exit("This subject needs SoftHSM: run 'apt install softhsm2'.")
    with tempfile.TemporaryDirectory() as folder:
        yield from person_page(_both(Path(folder)))


def person_page(choose: Callable[[str], None]) -> Iterator[Figure]:
    """A process asks its module once a minute; the last figure is for one that asks before each page."""
    choose(FILES)
    mapper = situations.an_account(Role.MAPPER)
    person = situations.a_person(at=mapper.current_posts[0].unit)
    address = reverse("desk:person", kwargs={"person": person.pk})
    client = Client(SERVER_NAME="localhost")
    client.force_login(mapper)

    def page(provider: str, *, asks: bool = False) -> None:
        choose(provider)
        if asks:
            providers.ask_again()
        assert client.get(address).status_code == 200

    variants = {provider: lambda provider=provider: page(provider) for provider in (FILES, PKCS11)}
    asking = {f"{name} asks": lambda name=name: page(name, asks=True) for name in variants}
    taken = medians({**variants, **asking}, rounds=ROUNDS)
    choose(FILES)
    yield Figure("person page, keys in a hardware module against files", taken[PKCS11] / taken[FILES], at_most=1.10)
    yield Figure("  the page, with a hardware module", taken[PKCS11] * 1000, "ms")
    yield Figure("  the module asked before each page, against files", taken[f"{PKCS11} asks"] / taken[f"{FILES} asks"])


def _both(folder: Path) -> Callable[[str], None]:
    """Chooses one of two modules with the same keys, each opened already."""
    directory, contents = settings.KEY_DIR, read_contents(key_module())
    KeyKeeper(PKCS11, folder / "token", settings).choose()
    settings.KEY_DIR = directory
    write_contents(key_module(), contents)
    opened = {}
    for provider in (PKCS11, FILES):
        settings.KEY_PROVIDER = provider
        providers.forget()
        providers.ask_again()
        opened[provider] = providers._opened

    def choose(provider: str) -> None:
        settings.KEY_PROVIDER, providers._opened = provider, opened[provider]

    return choose
