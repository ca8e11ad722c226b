"""What stops the start, as Django's own checks."""

import copy

import pytest
from django.conf import settings

from brik.pages.checks import CSP, LOGIN_REQUIRED, pages_are_closed
from brik.people.models import OrganisationKind
from brik.vault.checks import keys_are_at_hand
from followup.desk import checks


def without(name):
    return [entry for entry in settings.MIDDLEWARE if entry != name]


def policy(**directives):
    changed = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    changed["DIRECTIVES"].update({name.replace("_", "-"): sources for name, sources in directives.items()})
    return changed


def test_the_settings_as_they_are_pass():
    assert pages_are_closed() == []


@pytest.mark.parametrize(
    "change",
    [
        {"DEBUG": True},
        {"MIDDLEWARE": without(CSP)},
        {"MIDDLEWARE": without(LOGIN_REQUIRED)},
        {"CONTENT_SECURITY_POLICY": policy(default_src=["'self'"])},
        {"CONTENT_SECURITY_POLICY": policy(script_src=["'self'", "'unsafe-inline'"])},
        {"CONTENT_SECURITY_POLICY": policy(script_src=["'self'", "https://cdn.example"])},
        {"HTTPS": True, "SESSION_COOKIE_SECURE": False},
        {"FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_setting_that_opens_a_door_stops_the_start(change, settings):
    for name, value in change.items():
        setattr(settings, name, value)
    assert len(pages_are_closed()) == 1


def test_keys_open_to_others_stop_the_start(settings, tmp_path):
    settings.AS_OWNER = False
    assert keys_are_at_hand() == []
    settings.KEY_DIR = tmp_path
    assert [error.id for error in keys_are_at_hand()] == ["vault.E001"]


def test_changing_the_schema_needs_no_keys(settings, tmp_path):
    settings.KEY_DIR = tmp_path
    assert keys_are_at_hand() == []


@pytest.mark.parametrize("where", ["LETTERS", "RECIPIENTS"])
def test_a_kind_of_recipient_that_one_of_the_lists_lacks_stops_the_start(monkeypatch, where):
    assert checks.every_kind_of_recipient_is_known_everywhere(None) == []
    monkeypatch.delitem(getattr(checks, where), OrganisationKind.SCHOOL)
    (error,) = checks.every_kind_of_recipient_is_known_everywhere(None)
    assert (error.id, "SKOLE is missing" in error.msg) == ("desk.E001", True)
