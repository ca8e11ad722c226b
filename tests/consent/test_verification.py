"""One command proves that what is stored is what was signed, and finds what is not."""

import subprocess
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind
from brik.vault.models import Key
from consent.models import Consent, Decision
from consent.record import receipt
from consent.record.document import opened
from consent.record.withdrawal import actions as withdrawals
from consent.verification import differences
from tests import situations

pytestmark = [pytest.mark.django_db]
NAV = OrganisationKind.NAV_STATE


@pytest.fixture(scope="module")
def beginning(published):
    """A consent that was taken back, a no and a not yet: the first one's key."""
    by, someone = situations.a_mapper_and_a_person()
    rows = [
        situations.a_signed_consent(
            someone, by, share={NAV: [Theme.BOLIG]}, sources=[{"name": "Broren", "themes": ["BOLIG"]}]
        ),
        situations.a_signed_consent(situations.a_person(), by, mapping="NEI"),
        situations.a_signed_consent(situations.a_person(), by, mapping="SNAKKE"),
    ]
    noted = withdrawals.withdraw(someone, said_at=rows[0].effective_at, scope="ALL", by=by)
    withdrawals.write_receipt(noted, out=[], by=by)
    return rows[0].pk


@pytest.fixture
def signed(beginning, db):
    return Consent.objects.get(pk=beginning)


def force(sql: str, *values: Any) -> None:
    """What only somebody with the owner's keys to the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_what_was_signed_holds(signed):
    out = StringIO()
    call_command("verify_consent", stdout=out)
    assert out.getvalue() == "3 consents hold.\n"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE consent_decision SET answer = 'NEI', until = NULL WHERE answer = 'JA' AND direction = 'DELE'", "decisions differ"),
        ("UPDATE consent_decision SET until = until + interval '1 day' WHERE answer = 'JA'", "decisions differ"),
        ("DELETE FROM consent_decision WHERE theme = 'BOLIG'", "decisions differ"),
        ("UPDATE consent_decision SET effective_at = effective_at - interval '1 day'", "another moment"),
        ("UPDATE consent_consent SET outcome = 'GITT' WHERE outcome = 'NEI'", "outcome differs"),
        ("UPDATE consent_consent SET effective_at = effective_at - interval '1 day'", "effective_at differs"),
        ("UPDATE consent_consent SET language = 'en'", "language differs"),
        ("UPDATE consent_consent SET document_sha256 = repeat('0', 64)", "does not open"),
        ("UPDATE consent_consent SET document = set_byte(document, 40, (get_byte(document, 40) + 1) & 255)", "does not open"),
        ("UPDATE consent_consent SET row_version = row_version + 1", "version"),
        ("UPDATE consent_text SET body = jsonb_set(body, '{title}', '\"Noe annet\"') WHERE language = 'nb'", "text DOMFELT nb"),
        ("UPDATE consent_withdrawalreceipt SET document_sha256 = repeat('0', 64)", "receipt"),
        ("UPDATE consent_withdrawalreceipt SET row_version = row_version + 1", "receipt"),
        ("DELETE FROM consent_withdrawalreceipt", "receipt"),
        ("UPDATE consent_signedsheet SET pdf_sha256 = repeat('0', 64)", "(the sheet does not have its hash)"),
        ("UPDATE consent_signedsheet SET pdf = set_byte(pdf, 40, (get_byte(pdf, 40) + 1) & 255)", "sheet"),
        ("UPDATE consent_signedsheet SET row_version = row_version + 1", "sheet"),
        ("DELETE FROM consent_signedsheet", "sheet"),
        ("DELETE FROM consent_signedsheet", "is signed without a sheet"),
    ],
)  # fmt: skip
def test_whatever_is_changed_behind_our_back_is_found(signed, sql, found):
    force(sql)
    assert any(found in line for line in differences())
    with pytest.raises(CommandError) as ended:
        call_command("verify_consent", stdout=StringIO())
    assert ended.value.returncode == 1


def test_a_consent_that_is_gone_is_found(signed):
    for table in ("talk", "decision", "step", "signedsheet"):
        force(f"DELETE FROM consent_{table} WHERE consent_id = %s", signed.pk)
    force("DELETE FROM consent_consent WHERE uuid = %s", signed.pk)
    assert [line for line in differences() if str(signed.pk) in line and "gone" in line]


def test_two_sheets_that_have_changed_places_are_both_found(signed):
    other = situations.a_signed_consent(situations.a_person(), signed.held_by)
    unsigned = situations.a_signed_consent(situations.a_person(), signed.held_by, mapping="NEI")
    for old, new in ((signed, unsigned), (other, signed), (unsigned, other)):
        force("UPDATE consent_signedsheet SET consent_id = %s WHERE consent_id = %s", new.pk, old.pk)
    said = list(differences())
    for consent in (signed, other):
        found = [line for line in said if line.startswith(f"sheet {consent.sheet.pk}:")]
        assert any("another person" in line for line in found)
        assert any("does not open" in line for line in found)


def test_a_sheet_of_an_older_consent_of_the_same_person_is_found(signed):
    newer, sheet = situations.a_signed_consent(signed.person, signed.held_by), signed.sheet
    force("DELETE FROM consent_signedsheet WHERE consent_id = %s", newer.pk)
    force("UPDATE consent_signedsheet SET consent_id = %s WHERE consent_id = %s", newer.pk, signed.pk)
    said = list(differences())
    assert f"sheet {sheet.pk}: does not open (the seal does not fit this place)" in said
    assert f"consent {signed.pk}: is signed without a sheet" in said


def test_a_key_destroyed_on_purpose_is_no_difference(signed):
    Key.objects.filter(person=signed.person_id).change(destroyed_at=timezone.now(), wrapped=b"")
    assert list(differences()) == []


def test_what_is_found_says_nothing_of_anybody(signed):
    force("UPDATE consent_decision SET answer = 'NEI', until = NULL")
    said = " ".join(differences())
    assert "Testesen" not in said
    assert "Broren" not in said


def test_changing_texts_names_and_registers_later_changes_nothing_of_what_was_signed(signed, client):
    by = signed.held_by
    client.force_login(by)
    page, paper = read(client, signed)
    Organisation.objects.change(name="Et helt annet navn", channel="INGEN")
    force("UPDATE consent_text SET body = '{}'::jsonb")
    assert read(client, Consent.objects.get(pk=signed.pk)) == (page, paper)
    assert "Et helt annet navn" not in page


def read(client, row):
    page = client.get(reverse("consent:read", args=[row.pk])).content.decode()
    return page.split("<article")[1].split("</article>")[0], [opened(row).blocks, row.document_sha256]


def test_the_receipt_is_a_tagged_pdf_that_says_what_was_chosen(signed, tmp_path):
    file = tmp_path / "kvittering.pdf"
    file.write_bytes(receipt.pdf(opened(signed), sha256=signed.document_sha256))
    said = subprocess.run(["pdfinfo", "-struct-text", str(file)], capture_output=True, text=True, check=True).stdout
    told = " ".join(said.split())
    assert "H1" in said
    for words in (": Bolig", "Slik ombestemmer du deg", "Datatilsynet", "§ 21-4", signed.document_sha256[:20]):
        assert words in told.replace('" "', " "), words


def test_rows_are_only_what_the_document_tells(signed):
    assert Decision.objects.filter(consent=signed).count() == len(opened(signed).decisions)


def test_the_log_is_asked_once_for_many_consents(signed):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert list(differences()) == []
        return sum("audit_event" in query["sql"] for query in queries)

    few = asked()
    by = situations.an_account()
    for _ in range(4):
        situations.a_signed_consent(situations.a_person(), by, mapping="NEI")
    assert asked() == few
