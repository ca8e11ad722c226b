"""Lines E of the table of attacks, and one that only a chain with a witness outside can show."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from brik.audit.models import Event
from brik.audit.verbs import Verb
from tests.attacks.sql import as_owner, check, refused

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize("role", ["brik_app", None])
def test_e1_e2_no_event_is_removed(house, role):
    with transaction.atomic(), connection.cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(Error):
            cursor.execute("DELETE FROM audit_event")
        transaction.set_rollback(True)


def test_e5_a_forged_event_of_a_version_that_never_was_stops_sharing_and_is_found(house):
    mapping = house.interview(house.sharing)
    Event.objects.create(
        verb=Verb.MAPPING_READ,
        actor="x",
        subject=mapping.person_id,
        object_name="mapping",
        object_id=str(mapping.pk),
        row_version=99,
    )
    refused(lambda: house.share(house.sharing, house.koda))
    assert f"mapping {mapping.pk}: older than its last event" in check("verify_audit")


def test_v6_with_its_events_gone_an_older_row_is_seen_only_by_its_head(house):
    """The head keeps the last version, so the row is still noticed; whoever changes the head as well is not."""
    section = house.section(house.sharing)
    as_owner("UPDATE audit_head SET row_version = 9 WHERE object_id = %s", str(section.pk))
    refused(lambda: house.share(house.sharing, house.koda))
    assert f"section {section.pk}: older than its last event" in check("verify_audit")
