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
