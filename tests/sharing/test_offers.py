"""What the officer is told of each recipient that something may be shared with now."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.pages.relative_days import moment
from brik.staff.models import OrganisationKind
from consent.record.withdrawal.actions import Part
from followup.sharing import actions
from followup.sharing.models import Delivery, DeliveryState
from followup.sharing.pages import overview
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def corrected(mapping, mapper):
    return interview.sign_off(interview.correct(mapping, reason="feil svar", by=mapper), by=mapper)


def can_be_shared(client, page, mapping):
    text = html.unescape(client.get(reverse(page, args=[mapping.person_id])).content.decode())
    section = re.search(r'<section aria-labelledby="kan-deles">.*?</section>', text, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


@pytest.mark.parametrize("page", ["sharing:deliveries", "desk:person"])
def test_after_a_correction_the_page_says_that_the_recipient_has_the_older_edition_and_since_when(client, mapper, page):
    mapping, delivery = situations.a_shared_interview(situations.an_organisation(), by=mapper)
    assert "Ikke delt" not in can_be_shared(client, page, mapping)
    corrected(mapping, mapper)
    text = can_be_shared(client, page, mapping)
    assert "Delt i en eldre utgave" in text
    assert f"Den eldre utgaven ble delt {moment(delivery.created_at)}. Åpne for å sende på nytt." in text
    assert "Ikke delt" not in text


def test_once_the_corrected_edition_is_shared_the_older_one_is_no_longer_told_of(client, mapper):
    nav = situations.an_organisation()
    mapping, _ = situations.a_shared_interview(nav, by=mapper)
    actions.share(corrected(mapping, mapper), organisation=nav, by=mapper)
    assert "eldre utgave" not in can_be_shared(client, "sharing:deliveries", mapping)


def test_an_older_edition_that_was_taken_back_is_not_with_the_recipient(mapper):
    nav = situations.an_organisation()
    mapping, _ = situations.a_shared_interview(nav, by=mapper)
    situations.take_back(mapping.person, [Part.sharing(OrganisationKind(nav.kind), Theme.BOLIG)])
    situations.a_permit(mapping.person, nav, at=timezone.now())
    corrected(mapping, mapper)
    assert [offer.older_at for offer in overview.for_person(mapping.person, mapper).offers] == [None]


def test_a_signed_off_interview_leads_on_to_what_can_be_shared_and_a_replaced_one_does_not(client, mapper):
    mapping = situations.a_signed_off_interview(mapper)
    new = corrected(mapping, mapper)
    onward = f'href="{reverse("sharing:deliveries", args=[mapping.person_id])}"'
    assert onward in client.get(reverse("mapping:read", args=[new.pk])).content.decode()
    assert onward not in client.get(reverse("mapping:read", args=[mapping.pk])).content.decode()


@pytest.mark.parametrize("again", ["corrected", "unchanged"])
def test_what_was_shared_before_is_said_to_be_replaced_once_something_newer_is_shared(client, mapper, again):
    nav = situations.an_organisation()
    mapping, _ = situations.a_shared_interview(nav, by=mapper)
    newest = corrected(mapping, mapper) if again == "corrected" else mapping
    actions.share(newest, organisation=nav, by=mapper)
    newer, older = overview.for_person(mapping.person, mapper).rows
    assert (newer.label, older.label) == ("I innboksen", "Erstattet")
    assert "bare det nyeste" in older.happened


@pytest.mark.parametrize("page", ["sharing:deliveries", "desk:person"])
@pytest.mark.parametrize(
    ("state", "label"), [(DeliveryState.PARKED, "Satt på vent"), (DeliveryState.QUEUED, "Venter på å bli sendt")]
)
def test_a_recipient_that_something_is_shared_with_stands_once_with_one_state(client, mapper, page, state, label):
    koda, nav = situations.a_case_system(), situations.an_organisation()
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    situations.a_permit(mapping.person, koda, nav)
    if state == DeliveryState.PARKED:
        actions.park(delivery, by=mapper)
    text = html.unescape(client.get(reverse(page, args=[mapping.person_id])).content.decode())
    assert label in text
    assert ">Delt<" not in text
    assert koda.name not in can_be_shared(client, page, mapping)
    assert nav.name in can_be_shared(client, page, mapping)
    assert reverse("sharing:preview", args=[mapping.pk, koda.pk]) in text


def test_a_recipient_whose_share_was_refused_is_not_called_shared_with(client, mapper):
    mapping, delivery = situations.a_shared_interview(situations.a_case_system(), by=mapper)
    Delivery.objects.filter(pk=delivery.pk).change(state=DeliveryState.FAILED, attempts_made=1)
    text = client.get(reverse("sharing:deliveries", args=[mapping.person_id])).content.decode()
    assert "Avvist av mottakeren" in text
    assert ">Delt<" not in text


def test_an_older_edition_that_is_parked_is_not_called_shared(client, mapper):
    mapping, delivery = situations.a_shared_interview(situations.a_case_system(), by=mapper)
    actions.park(delivery, by=mapper)
    corrected(mapping, mapper)
    text = can_be_shared(client, "sharing:deliveries", mapping)
    assert "En eldre utgave er ikke sendt ennå" in text
    assert "Delt i en eldre utgave" not in text


def test_the_button_of_a_parked_delivery_says_what_it_does(client, mapper):
    mapping, delivery = situations.a_shared_interview(situations.a_case_system(), by=mapper)
    actions.park(delivery, by=mapper)
    page = client.get(reverse("sharing:deliveries", args=[mapping.person_id])).content.decode()
    assert "Send likevel" in page
    client.post(reverse("sharing:step", args=[delivery.message_id, "la-ga"]))
    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.QUEUED
