"""What the rooms' own actions leave behind is what the log tells of, row by row."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import situations

pytestmark = [pytest.mark.django_db]


def test_from_arrival_to_withdrawal_every_room_leaves_what_verify_audit_is_content_with(key_ring):
    organisation = situations.a_case_system()
    mapping, _ = situations.a_shared_interview(organisation)
    situations.a_shared_interview(organisation)
    situations.take_everything_back(mapping.person)
    situations.an_interview(situations.an_account())
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError:
        pytest.fail(out.getvalue())
    assert "Everything fits." in out.getvalue()
