"""Every paper that can be printed or is archived, in every language, as its address gives it, judged by the validator."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import cycle
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from brik.definitions import languages
from brik.mapping.models import Mapping
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.pdf.fonts import UNKNOWN
from brik.people.models import LegalStatus
from brik.staff.models import Organisation, Role, Unit
from followup.demo import register, telling
from followup.demo.replies import replies
from followup.sharing.inbox import disposal_answers
from followup.sharing.models import Disclosure, DisposalAnswerKind, DisposalNotice
from tests import situations
from tests.pdf.structure import root
from tests.pdf.validator import broken_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
PAPERS = {"mapping:pdf", "consent:receipt", "consent:sheet", "desk:receipt_pdf", "desk:extract", "sharing:summary_pdf"}
# A member of staff of a recipient has no Arabic pages.
READS = {"nb": "nb", "nn": "nn", "en": "en", "ar": "nb"}


@pytest.fixture(scope="module")
def demo_house(module_db) -> Unit:
    register.load()
    call_command("load_texts", stdout=StringIO())
    return Unit.objects.get(name="Oslo fengsel")


class Printer:
    """Gets papers as a browser does, and keeps each by its name."""

    def __init__(self, client) -> None:
        self.client = client
        self.papers: dict[str, tuple[str, bytes]] = {}

    def get(self, name: str, by, address: str, *key: Any, language: str, query: str = "", sent: Any = None) -> None:
        self.client.force_login(by)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = READS[language]
        where = reverse(address, args=key) + query
        response = self.client.get(where) if sent is None else self.client.post(where, sent)
        assert response["Content-Type"] == "application/pdf", (name, response.status_code)
        self.papers[f"{address} {name}"] = (language, response.content)


def every_paper(client, mapper) -> dict[str, tuple[str, bytes]]:
    """By its name: the language of each paper, and the file. Both kinds of talk have papers of the same shape."""
    printer = Printer(client)
    for language, status in zip(languages.CODES, cycle((LegalStatus.CONVICTED, LegalStatus.REMAND)), strict=False):
        print_all(printer, mapper, status, language)
    return printer.papers


def print_all(printer: Printer, mapper, status: LegalStatus, language: str) -> None:
    unit = mapper.current_posts[0].unit
    name = f"{status} {language}"
    someone = situations.a_person(at=unit, status=status)
    consent = telling.consent(someone, mapper, language=language, sharing=telling.ALL_OF_THEM)
    interview = signed_off(Mapping.objects.open().get(person=someone), mapper, language)
    printer.get(name, mapper, "consent:receipt", consent.pk, language=language)
    printer.get(name, mapper, "consent:sheet", consent.pk, language=language)
    printer.get(name, mapper, "mapping:pdf", interview.pk, language=language, query="?eget")
    shares = telling.share(interview, mapper, telling.NAV, telling.HEALTH, telling.NAV_OSLO)
    nav = situations.an_account(Role.PARTNER, organisation=Organisation.objects.get(number=telling.NAV))
    reads = READS[language]
    printer.get(name, nav, "sharing:summary_pdf", shares[0].disclosure_id, language=reads)
    withdrawn = situations.a_withdrawal(someone, by=mapper)
    for number, kind, law in (
        (telling.NAV, DisposalAnswerKind.SHREDDED, ""),
        (telling.HEALTH, DisposalAnswerKind.KEPT, "Pasientjournalloven § 25"),
    ):
        answer(someone, number, kind, law)
    printer.get(name, mapper, "desk:receipt_pdf", withdrawn.pk, language=language)
    desk, sent = situations.an_account(Role.INSIGHT), {"reason": "Bedt om", "shape": "papir"}
    printer.get(name, desk, "desk:extract", someone.pk, language=reads, sent=sent)
    for outcome in ("NEI", "SNAKKE"):
        other = situations.a_person(at=unit, status=status)
        ended = situations.a_signed_consent(other, mapper, mapping=outcome, language=language)
        printer.get(f"{name} {outcome}", mapper, "consent:receipt", ended.pk, language=language)


def signed_off(mapping: Mapping, mapper, language: str) -> Mapping:
    mapping = interviews.begin(mapping, language=language, by=mapper)
    for area, answers in replies(mapping, random.Random(1)):
        sections.save_section(mapping, area=area, answers=answers, version=0, by=mapper)
    return interviews.sign_off(mapping, by=mapper)


def answer(person, number: str, kind: DisposalAnswerKind, law: str) -> None:
    organisation = Organisation.objects.get(number=number)
    notice = DisposalNotice.objects.get(
        disclosure__in=Disclosure.objects.filter(person=person, organisation=organisation)
    )
    partner = situations.an_account(Role.PARTNER, organisation=organisation)
    disposal_answers.answer(notice, kind=kind, law=law, by=partner)


def test_every_paper_keeps_both_standards_and_loses_no_letter(client, demo_house, tmp_path):
    papers = every_paper(client, situations.an_account(at=demo_house))
    files = {name: data for name, (_, data) in papers.items()}
    assert {name.split()[0] for name in files} == PAPERS
    assert broken_rules(files, tmp_path) == {name: [] for name in files}
    for name, (language, data) in papers.items():
        reader = pypdf.PdfReader(BytesIO(data))
        assert root(reader)["/Lang"] == language, name
        assert "Testesen" not in str(reader.metadata), name
        assert UNKNOWN not in "".join(page.extract_text() for page in reader.pages), name


def views_of_papers() -> Iterator[str]:
    """Each function of the house that answers with a PDF."""
    for room in ("brik", "consent", "followup"):
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            for view in ast.walk(ast.parse(path.read_text())):
                if isinstance(view, ast.FunctionDef) and 'content_type="application/pdf"' in ast.unparse(view).replace(
                    "'", '"'
                ):
                    yield view.name


def test_every_address_of_a_paper_is_among_those_that_are_judged():
    assert len(list(views_of_papers())) == len(PAPERS)
