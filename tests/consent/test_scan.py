"""A scan is opened, redrawn, shown and confirmed before it signs; a drawing that is not on the screen signs nothing."""

import re
import struct
import zlib
from base64 import b64decode
from io import BytesIO

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from brik.staff.models import Role
from consent.models import Consent
from consent.record import steps
from consent.talk.signing import scans
from tests import situations
from tests.consent.talk_pages import at, post, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]
WORD = "kanarifuglen"


@pytest.fixture
def talk(client):
    by = situations.an_account()
    client.force_login(by)
    return at(situations.a_person(), by, steps.SIGNATURE)


def send(client, talk, data, name="ark.pdf"):
    talk.refresh_from_db()
    fields = {"talk-current_step": steps.SIGNATURE, "version": talk.row_version, "underskrift-method": "PAPER"}
    return client.post(url(talk, steps.SIGNATURE), {**fields, "underskrift-scan": SimpleUploadedFile(name, data)})


def confirm(client, talk, shown):
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    fields = {"talk-current_step": steps.SIGNATURE, "version": version, "underskrift-method": "PAPER"}
    return client.post(url(talk, steps.SIGNATURE), {**fields, "again": "sheet"})


def pages_of(page):
    return [b64decode(data) for data in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)]


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(situations.a_scanned_pdf()))
    writer.encrypt("hemmelig", algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of 400 megapixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def after(start: bytes):
    return lambda: start + situations.a_scanned_pdf(words=WORD)


@pytest.mark.parametrize(
    "data",
    [
        # A scanner's own lines before the first one of the PDF.
        after(b"\xef\xbb\xbf"),
        after(b"\r\n"),
        after(b"\xff\xfe"),
        after(b"@PJL SET JOBNAME=SCAN\r\n" * 8),
        after(b"\0" * 1019),
        lambda: situations.a_photo(comment=WORD),
        lambda: situations.a_photo("PNG", comment=WORD),
        lambda: situations.a_scanned_pdf(words=WORD, pages=2),
    ],
)
def test_a_scan_is_shown_redrawn_and_signs_when_it_is_confirmed(client, talk, data):
    page = send(client, talk, data()).content.decode()
    assert "Er dette arket?" in page
    assert WORD not in page
    seen = pages_of(page)
    assert seen
    assert not Consent.objects.exists()
    assert "/samtykke/" in confirm(client, talk, page).url
    consent = Consent.objects.get()
    kept = bytes(consent.signature.open())
    assert scans.pages_in(kept) == seen
    assert WORD.encode() not in kept
    talk.refresh_from_db()
    assert talk.scan is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (lambda: b"%PDF-" + b"x" * (10 * 1024 * 1024), "for stor"),
        (lambda: b"%PDF-" + b"x" * (12 * 1024 * 1024), "for stor"),
        (lambda: b"<html><script>alert(1)</script>", "PDF, JPEG eller PNG"),
        (lambda: b"", "tom"),
        (after(b"\0" * 1020), "PDF, JPEG eller PNG"),
        (lambda: b"\xef\xbb\xbf" + situations.a_photo("PNG"), "PDF, JPEG eller PNG"),
        (lambda: situations.a_photo("TIFF"), "PDF, JPEG eller PNG"),
        (lambda: situations.a_photo("WEBP"), "PDF, JPEG eller PNG"),
        (lambda: b"\r\n%PDF-1.7 ark", "kan ikke lese arket"),
        (lambda: b"\xff\xd8\xff", "kan ikke lese arket"),
        (lambda: b"%PDF-1.7 ark", "kan ikke lese arket"),
        (locked, "kan ikke lese arket"),
        (bomb, "kan ikke lese arket"),
        (lambda: situations.a_scanned_pdf(pages=scans.MAX_PAGES + 1), "kan ikke lese arket"),
        (lambda: situations.a_photo(size=(20, 20)), "kan ikke lese arket"),
        (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 40, "«Mest kompatibel»"),
        (lambda: b"\0\0\0\x1cftypmif1" + b"\0" * 40, "«Mest kompatibel»"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_sentence_at_the_field(client, talk, data, sentence):
    response = send(client, talk, data())
    assert response.status_code == 422
    assert sentence in response.content.decode()
    talk.refresh_from_db()
    assert (talk.scan, Consent.objects.exists()) == (None, False)


def test_nothing_is_confirmed_that_was_not_shown(client, talk):
    answer = post(client, talk, steps.SIGNATURE, method="PAPER")
    assert answer.status_code == 422
    fields = {"talk-current_step": steps.SIGNATURE, "version": talk.row_version, "underskrift-method": "PAPER"}
    assert client.post(url(talk, steps.SIGNATURE), {**fields, "again": "sheet"}).status_code == 422
    first = send(client, talk, situations.a_photo()).content.decode()
    send(client, talk, situations.a_scanned_pdf())
    assert confirm(client, talk, first).status_code == 409, "another scan was shown since"
    assert not Consent.objects.exists()


def test_the_pages_have_nothing_of_the_file_but_what_was_seen():
    clean = scans.redrawn(situations.a_photo(size=(6000, 8000), comment=WORD))
    with Image.open(BytesIO(clean)) as page:
        assert max(page.size) <= max(scans.PAGE)
        assert 0x010E not in page.getexif()


def test_a_drawing_that_comes_back_with_an_error_is_emptied(client, talk):
    path = situations.SIGNATURE_PATH
    answer = post(client, talk, steps.SIGNATURE, method="", path=path)
    assert answer.status_code == 422
    assert path not in answer.content.decode()
    again = post(client, talk, steps.SIGNATURE, method="TYPED", name="", path=path).content.decode()
    assert path not in again


def test_a_contact_officer_signs_with_a_scan_too(client):
    by = situations.an_account(Role.CONTACT_OFFICER)
    client.force_login(by)
    talk = at(situations.a_person(), by, steps.SIGNATURE)
    assert confirm(client, talk, send(client, talk, situations.a_photo()).content.decode()).status_code == 302
