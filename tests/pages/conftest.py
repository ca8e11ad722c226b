"""The sample pages, put beside the house for the tests of this folder."""

from pathlib import Path

import pytest


@pytest.fixture
def sample(settings):
    settings.ROOT_URLCONF = "tests.pages.sample"
    engine = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [engine]
