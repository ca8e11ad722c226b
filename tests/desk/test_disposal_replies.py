"""The receipt of a withdrawal says what the recipients have answered, and can be given anew when more have."""

from io import BytesIO

import pypdf
import pytest
from django.urls import reverse
from lxml import html

from brik.mapping.models import Notice, NoticeKind
from brik.staff.models import Organisation, Role, Unit
from consent.models import WithdrawalReceipt
from followup.demo import telling
from followup.sharing.inbox import disposal_answers
from followup.sharing.models import DisposalAnswerKind, DisposalNotice
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper(client, demo_house, db):
    mapper = situations.an_account(at=Unit.objects.get(pk=demo_house.pk))
    client.force_login(mapper)
    return mapper


def taken_back(mapper, language="nb"):
    """Everything, after two recipients had something."""
    someone = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(someone, mapper, language=language, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.HEALTH)
    return situations.a_withdrawal(someone, by=mapper)


def answer(noted, number, kind, law=""):
    notice = DisposalNotice.objects.get(disclosure__person=noted.person_id, disclosure__organisation__number=number)
    partner = situations.an_account(Role.PARTNER, organisation=Organisation.objects.get(number=number))
    disposal_answers.answer(notice, kind=kind, law=law, by=partner)


def on_the_page(client, noted):
    page = html.fromstring(client.get(reverse("desk:receipt", args=[noted.pk])).content)
    return " ".join(page.text_content().split())


def on_paper(client, noted):
    paper = client.get(reverse("desk:receipt_pdf", args=[noted.pk])).content
    return " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(paper)).pages).split())


def test_page_and_paper_say_what_each_recipient_has_answered_and_the_stored_receipt_stays(client, mapper):
    noted = taken_back(mapper)
    stored = WithdrawalReceipt.objects.get(withdrawal=noted).document_sha256
    for text in (on_the_page(client, noted), on_paper(client, noted)):
        assert text.count("Ikke svart ennå") == 2
        assert "Du kan få arket på nytt når flere har svart." in text
    answer(noted, telling.NAV, DisposalAnswerKind.SHREDDED)
    answer(noted, telling.HEALTH, DisposalAnswerKind.KEPT, law="Pasientjournalloven § 25")
    for text in (on_the_page(client, noted), on_paper(client, noted)):
        assert "Ikke svart ennå" not in text
        assert "Makulert" in text
        assert "Må ta vare på en kopi: Pasientjournalloven § 25" in text
        assert "når flere har svart" not in text
    assert WithdrawalReceipt.objects.get(withdrawal=noted).document_sha256 == stored


def test_it_is_said_in_the_persons_language(client, mapper):
    noted = taken_back(mapper, language="en")
    assert on_the_page(client, noted).count("No answer yet") == 2


def test_a_paper_to_give_stands_on_the_mappers_worklist_until_it_is_read(client, mapper):
    noted = taken_back(mapper)
    assert not Notice.objects.filter(kind=NoticeKind.PAPER).exists()
    answer(noted, telling.NAV, DisposalAnswerKind.SHREDDED)
    assert "Papir å gi" in client.get(reverse("desk:worklist")).content.decode()
    notice = Notice.objects.get(kind=NoticeKind.PAPER)
    client.post(reverse("desk:notice_seen", args=[notice.pk]))
    assert "Papir å gi" not in client.get(reverse("desk:worklist")).content.decode()
    answer(noted, telling.HEALTH, DisposalAnswerKind.SHREDDED)
    assert "Papir å gi" in client.get(reverse("desk:worklist")).content.decode()


def test_the_extract_tells_of_the_line_and_the_answer(client, mapper):
    noted = taken_back(mapper)
    answer(noted, telling.HEALTH, DisposalAnswerKind.KEPT, law="Pasientjournalloven § 25")
    client.force_login(situations.an_account(Role.INSIGHT))
    shown = client.get(reverse("desk:extract", args=[noted.person_id])).content.decode()
    assert "Bedt om å makulere" in shown
    assert "Pasientjournalloven § 25" in shown
