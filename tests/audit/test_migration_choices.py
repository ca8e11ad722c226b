"""A word for a code is no part of the database: to change one needs no migration."""

import copy

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from brik.audit.migration_choices import AutodetectorWithoutChoices

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def found():
    """What a detector finds to migrate after a change of the role of a post."""
    loader = MigrationLoader(connection)

    def changes(detector, **change):
        # The commands work without translation too.
        with translation.override(None):
            state = ProjectState.from_apps(apps)
            field = copy.copy(state.models["staff", "post"].fields["role"])
            for name, value in change.items():
                setattr(field, name, value)
            state.models["staff", "post"].fields["role"] = field
            return detector(loader.project_state(), state).changes(graph=loader.graph)

    return changes


def test_a_reworded_or_added_choice_needs_no_migration(found):
    reworded = [("leder", "Sjef"), ("ny", "Ny rolle")]
    assert found(AutodetectorWithoutChoices, choices=reworded) == {}
    assert "staff" in found(MigrationAutodetector, choices=reworded)


def test_what_the_database_does_hold_still_needs_one(found):
    assert list(found(AutodetectorWithoutChoices, max_length=99)) == ["staff"]


@pytest.mark.parametrize("name", ["makemigrations", "migrate"])
def test_the_commands_use_it(name):
    assert vars(type(load_command_class(get_commands()[name], name)))["autodetector"] is AutodetectorWithoutChoices
