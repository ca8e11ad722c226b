"""Lines L of the table of attacks: what is sent is turned to somebody else, sent again, or called never sent."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import OrganisationKind, Role
from followup.sharing import actions
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, Disclosure
from tests import situations
from tests.attacks.living import NAV, THEMES
from tests.attacks.sql import as_application, as_owner, check, refused

pytestmark = [pytest.mark.django_db]


def test_l1_a_message_that_was_sent_and_is_called_waiting_is_found(house):
    share = house.delivery(house.withdrawn, house.koda)
    as_application("UPDATE sharing_delivery SET state = 'KOE', due_at = NULL WHERE id = %s", share.pk)
    said = check("verify_rows")
    assert "delivery: it waits to be sent although it was sent, and nobody has sent it again" in said
    assert "share: it stands although it was retracted or stopped" in said


def test_l2_what_was_decided_for_one_recipient_is_not_sent_to_another(house):
    """Both may have the themes; the bytes were decided on for one of them."""
    share = house.delivery(house.sharing, house.koda)
    as_owner(
        "UPDATE sharing_delivery SET organisation_id = %s WHERE disclosure_id = %s", house.nav.pk, share.disclosure_id
    )
    assert house.send(house.sharing, house.nav) is None
    share.refresh_from_db()
    assert (share.state, share.broken, share.attempts_made) == (DeliveryState.PARKED, True, 0)
    assert "delivery: it goes to another recipient" in check("verify_rows")


def test_l3_what_is_turned_to_a_recipient_without_a_yes_is_not_sent(house):
    share = house.delivery(house.sharing, house.koda)
    other = situations.an_organisation(OrganisationKind.HEALTH)
    as_application("UPDATE sharing_delivery SET organisation_id = %s WHERE id = %s", other.pk, share.pk)
    assert house.send(house.sharing, other) is None
    share.refresh_from_db()
    assert share.attempts_made == 0
    assert share.state in (DeliveryState.PARKED, DeliveryState.CANCELLED)


def test_l4b_a_disclosure_moved_to_another_inbox_is_not_read_there_nor_named_in_its_list(client, house):
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    office = situations.an_organisation(NAV)
    other = situations.an_account(Role.PARTNER, organisation=office)
    consent = situations.a_permit(house.sharing, house.nav, office, themes=THEMES, at=timezone.now())
    assert consent.pk
    assert house.read(disclosure)
    as_owner("UPDATE sharing_disclosure SET organisation_id = %s WHERE uuid = %s", office.pk, disclosure.pk)
    as_owner("UPDATE sharing_delivery SET organisation_id = %s WHERE disclosure_id = %s", office.pk, disclosure.pk)
    refused(lambda: actions.read_summary(Disclosure.objects.get(pk=disclosure.pk), by=other))
    client.force_login(other)
    assert house.sharing.name not in client.get(reverse("sharing:inbox")).content.decode()
    assert f"disclosure {disclosure.pk}: a column in clear differs from the sealed value" in check("verify_audit")


@pytest.mark.parametrize("table", ["disclosure", "delivery"])
def test_nobody_is_named_in_the_list_of_an_inbox_where_a_row_was_changed(client, house, table):
    client.force_login(situations.an_account(Role.PARTNER, organisation=house.nav))
    inbox = reverse("sharing:inbox")
    assert house.sharing.name in client.get(inbox).content.decode()
    changed = {"disclosure": "decided_at = now() WHERE uuid", "delivery": "first_read_at = now() WHERE disclosure_id"}
    disclosure = house.delivery(house.sharing, house.nav).disclosure_id
    as_application(f"UPDATE sharing_{table} SET {changed[table]} = %s", disclosure)
    assert house.sharing.name not in client.get(inbox).content.decode()
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, about__contains=str(house.sharing.pk)).exists()


def test_l4b_themes_that_are_not_those_of_the_message_are_noticed_before_it_is_read(house):
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    as_owner("UPDATE sharing_disclosure SET themes = '[]' WHERE uuid = %s", disclosure.pk)
    refused(lambda: house.read(disclosure))
    assert f"disclosure {disclosure.pk}: a column in clear differs from the sealed value" in check("verify_audit")


def test_another_message_under_the_same_decision_is_not_read(house):
    share = house.delivery(house.sharing, house.nav)
    as_owner("UPDATE sharing_delivery SET message_id = gen_random_uuid() WHERE id = %s", share.pk)
    refused(lambda: house.read(share.disclosure))


def test_l5_attempts_that_are_called_never_made_are_counted(house):
    share = house.delivery(house.withdrawn, house.koda)
    as_application("UPDATE sharing_delivery SET attempts_made = 0 WHERE id = %s", share.pk)
    as_owner("DELETE FROM sharing_attempt WHERE delivery_id = %s", share.pk)
    assert "delivery: it counts other attempts than were made" in check("verify_rows")


def test_l5_a_message_that_waits_is_set_aside_when_attempts_are_invented(house):
    """No other column, row or seal tells how often it was tried before it is sent."""
    share = house.delivery(house.sharing, house.koda)
    as_application("UPDATE sharing_delivery SET attempts_made = 5 WHERE id = %s", share.pk)
    assert house.send(house.sharing, house.koda) is None
    share.refresh_from_db()
    assert (share.state, share.broken) == (DeliveryState.PARKED, True)


def test_l6b_a_retraction_that_is_gone_is_found(house):
    share = house.delivery(house.withdrawn, house.koda)
    retraction = Delivery.objects.get(kind=DeliveryKind.RETRACTION, retracts=share)
    as_application("DELETE FROM sharing_delivery WHERE id = %s", retraction.pk)
    said = check("verify_rows")
    assert "share: it was sent and retracted, and its retraction is gone" in said
    assert f"  {share.pk}" in said


def test_l7_a_delivery_that_is_gone_is_found(house):
    sent, waiting = house.delivery(house.withdrawn, house.koda), house.delivery(house.sharing, house.koda)
    as_owner("DELETE FROM sharing_attempt WHERE delivery_id = %s", sent.pk)
    as_owner("DELETE FROM sharing_delivery WHERE retracts_id = %s", sent.pk)
    as_owner("DELETE FROM sharing_delivery WHERE id IN (%s, %s)", sent.pk, waiting.pk)
    said = check("verify_rows")
    assert "delivery: its event is in the log, its row is gone" in said
    assert "disclosure: its delivery is gone: 2" in said
