"""What was signed can be shown: archived with the signature and the canonical document in it."""

from io import BytesIO

import pypdf
import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Role
from brik.vault.canonical import sha256
from brik.vault.sealing import SealBroken
from consent import verification
from consent.models import SignedSheet
from consent.record.signed_sheets import opened_sheet
from tests import situations
from tests.consent.signing import TYPED, signed_on_paper
from tests.pdf.validator import broken_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]


def test_every_way_to_sign_makes_an_archived_sheet_of_both_standards(tmp_path):
    by = situations.an_account()
    made = {}
    for language in ("nb", "nn", "en", "ar"):
        made[f"drawn {language}"] = situations.a_signed_consent(situations.a_person(), by, language=language)
    for language in ("nb", "ar"):
        made[f"typed {language}"] = situations.a_signed_consent(
            situations.a_person(), by, language=language, signature=TYPED
        )
        made[f"paper {language}"] = signed_on_paper(by, language=language)
    sheets = {name: opened_sheet(consent.sheet) for name, consent in made.items()}
    assert broken_rules(sheets, tmp_path) == {name: [] for name in sheets}
    for name, consent in made.items():
        reader = pypdf.PdfReader(BytesIO(sheets[name]))
        [data] = reader.attachments["samtykke.json"]
        assert sha256(data) == consent.document_sha256
        assert consent.person.name not in str(reader.metadata)


def test_the_scan_is_a_page_of_the_sheet():
    pages = pypdf.PdfReader(BytesIO(opened_sheet(signed_on_paper(situations.an_account()).sheet))).pages
    assert [len(page.images) for page in pages[-2:]] == [1, 1]


def test_a_no_is_not_signed_and_has_no_sheet():
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, mapping="NEI")
    assert not SignedSheet.objects.exists()


def test_the_approved_mapper_opens_it_while_the_consent_stands_and_reading_is_an_event(client):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by)
    address = reverse("consent:sheet", args=[consent.pk])
    client.force_login(by)
    assert address in client.get(reverse("consent:read", args=[consent.pk])).content.decode()
    assert client.get(address).content.startswith(b"%PDF-")
    read = Event.objects.filter(verb=Verb.CONSENT_READ, object_id=str(consent.sheet.pk))
    assert read.count() == 1
    situations.a_signed_consent(someone, by)
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("consent:read", args=[consent.pk])).content.decode()
    client.force_login(situations.an_account(Role.INSIGHT))
    assert client.get(address).status_code == 200
    extract = client.get(reverse("desk:extract", args=[someone.pk])).content.decode()
    assert address in extract


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_nobody_else_opens_it(client, role):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by)
    client.force_login(situations.an_account(role))
    assert client.get(reverse("consent:sheet", args=[consent.pk])).status_code == 403


def test_a_sheet_that_was_changed_does_not_open():
    by, someone = situations.a_mapper_and_a_person()
    sheet = situations.a_signed_consent(someone, by).sheet
    sheet.pdf_sha256 = "0" * 64
    with pytest.raises(SealBroken):
        opened_sheet(sheet)
    assert list(verification.differences()) == []
