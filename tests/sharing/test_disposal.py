"""What has ended is to be shredded: a line without name or cause, an answer, a reminder, a last day."""

import html
import re
from io import BytesIO

import pypdf
import pytest
from django.db import InternalError, ProgrammingError, models, transaction
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Notice, NoticeKind
from brik.mapping.questionnaire import catalogue as catalogue_of_questions
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.legal_status import QUESTIONNAIRE, LegalStatus
from brik.staff.models import Channel, Organisation, OrganisationKind, Role
from consent.texts import catalogue
from followup.sharing import actions
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.inbox import disposal_answers
from followup.sharing.inbox.disposal_words import words
from followup.sharing.models import DisposalAnswer, DisposalAnswerKind, DisposalNotice
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def page_at(client, address):
    return html.unescape(client.get(address).content.decode())


def inbox(client):
    return page_at(client, reverse("sharing:inbox"))


def address(notice):
    return reverse("sharing:disposal", args=[notice.pk])


def ended(nav, **interview) -> DisposalNotice:
    """The line about a summary that has been taken back."""
    mapping, share = situations.a_shared_interview(nav, **interview)
    situations.take_everything_back(mapping.person)
    return DisposalNotice.objects.get(disclosure=share.disclosure)


def withdrawn(mapping, nav):
    situations.take_everything_back(mapping.person)


def expired(mapping, nav):
    situations.let_expire(mapping.person)
    reconcile(mapping.person, by=situations.DESK)


def corrected(mapping, nav):
    mapper = situations.an_account(Role.MAPPER, at=mapping.unit)
    new = interviews.sign_off(interviews.correct(mapping, reason="feil svar", by=mapper), by=mapper)
    actions.share(new, organisation=nav, by=mapper)


def refused_anew(mapping, nav):
    situations.a_consent(mapping.person)
    reconcile(mapping.person, by=situations.DESK)


CAUSES = [withdrawn, expired, corrected, refused_anew]


@pytest.mark.parametrize("cause", CAUSES)
def test_whatever_ends_a_summary_its_recipient_gets_one_line(client, nav, adviser, cause):
    mapping, share = situations.a_shared_interview(nav)
    cause(mapping, nav)
    reconcile(mapping.person, by=situations.DESK)
    notice = DisposalNotice.objects.get()
    assert notice.disclosure_id == share.disclosure_id
    assert share.disclosure.reference in inbox(client)
    assert Event.objects.filter(verb=Verb.DISPOSAL_ASKED, subject=mapping.person_id).count() == 1


def shared_about_health(health, status):
    """An interview of a convicted inmate or of one on remand, shared with the health service."""
    said = {LegalStatus.CONVICTED: ("G", "G1", "GOD"), LegalStatus.REMAND: ("VD", "VD1", "JA")}
    area, link_id, value = said[status]
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper, situations.a_person(status=status))
    question = catalogue_of_questions.get(QUESTIONNAIRE[status]).question(link_id)
    answers = {link_id: stored(question, value, language="nb")}
    sections.save_section(mapping, area=area, answers=answers, version=0, by=mapper)
    mapping = interviews.sign_off(mapping, by=mapper)
    situations.a_permit(mapping.person, health, themes=[Theme.HELSE])
    return mapping, actions.share(mapping, organisation=health, by=mapper)


def test_the_line_is_the_same_bytes_for_a_correction_an_expiry_and_a_withdrawal(client):
    """But for the reference, which is random, and the address, which holds the line's random key."""
    health = situations.an_organisation(OrganisationKind.HEALTH)
    client.force_login(situations.an_account(Role.PARTNER, organisation=health))
    seen = set()
    for cause in CAUSES:
        for status in (LegalStatus.CONVICTED, LegalStatus.REMAND):
            mapping, share = shared_about_health(health, status)
            cause(mapping, health)
            notice = DisposalNotice.objects.get(disclosure=share.disclosure)
            (line,) = (part for part in inbox(client).split("<li>") if str(notice.pk) in part)
            shown = page_at(client, address(notice))
            assert mapping.person.name not in line + shown
            for text in (line.split("</li>")[0], CSRF.sub("", shown)):
                seen.add(text.replace(str(notice.pk), "KEY").replace(share.disclosure.reference, "REF"))
    assert len(seen) == 2


def test_the_reference_and_day_of_the_line_stand_on_the_page_and_the_paper(client, nav, adviser):
    mapping, share = situations.a_shared_interview(nav)
    shown = page_at(client, reverse("sharing:summary", args=[share.disclosure_id]))
    paper = client.get(reverse("sharing:summary_pdf", args=[share.disclosure_id])).content
    sheet = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper)).pages)
    situations.take_everything_back(mapping.person)
    (told,) = re.findall(r"Referansen er (.+?)\. Makuler", inbox(client))
    assert told.startswith(share.disclosure.reference)
    assert told in shown
    assert told in " ".join(sheet.split())


def test_the_words_are_the_same_for_convicted_and_remand_in_every_language():
    said: dict[str, list] = {}
    for content in catalogue.newest_of(catalogue.read(catalogue.FOLDER)).values():
        said.setdefault(content["language"], []).append(content["body"]["notice"])
    assert all(len(both) == 2 and both[0] == both[1] for both in said.values())
    assert all(words(language) == both[0] for language, both in said.items())


@pytest.mark.parametrize(
    ("sent", "kind", "law"),
    [({"kind": "MAKULERT"}, "MAKULERT", ""), ({"kind": "BEHOLDT", "law": "Arkivlova § 9"}, "BEHOLDT", "Arkivlova § 9")],
)
def test_an_answered_line_is_gone_and_the_officer_sees_the_answer(client, nav, adviser, sent, kind, law):
    notice = ended(nav)
    assert client.post(address(notice), sent).status_code == 302
    answer = DisposalAnswer.objects.get()
    assert (answer.kind, answer.law, answer.given_by) == (kind, law, adviser)
    assert notice.disclosure.reference not in inbox(client)
    assert Event.objects.filter(verb=Verb.DISPOSAL_ANSWERED, subject=notice.disclosure.person_id).count() == 1
    person = notice.disclosure.person
    client.force_login(situations.an_account(Role.MAPPER, at=person.current_stay.unit))
    shown = page_at(client, reverse("sharing:deliveries", args=[person.pk]))
    assert "Mottakeren svarte" in shown
    assert (law or "makulert") in shown


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "KANSKJE"},
        {"kind": "BEHOLDT"},
        {"kind": "BEHOLDT", "law": "x"},
        {"kind": "BEHOLDT", "law": "sak 41 85 76 00 012"},
    ],
)
def test_an_answer_that_says_too_little_or_a_number_gets_a_sentence_and_changes_nothing(client, nav, adviser, sent):
    notice = ended(nav)
    assert client.post(address(notice), sent).status_code == 422
    assert not DisposalAnswer.objects.exists()


def test_pressing_twice_answers_once_and_a_colleagues_other_answer_is_refused(client, nav, adviser):
    notice = ended(nav)
    for _ in range(2):
        assert client.post(address(notice), {"kind": "MAKULERT"}).status_code == 302
    assert client.post(address(notice), {"kind": "BEHOLDT", "law": "Arkivlova"}).status_code == 409
    assert client.get(address(notice)).status_code == 409
    assert DisposalAnswer.objects.count() == 1


def test_another_organisation_sees_and_answers_nothing(client, nav):
    notice = ended(nav)
    other = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    client.force_login(situations.an_account(Role.PARTNER, organisation=other))
    assert notice.disclosure.reference not in inbox(client)
    assert client.get(address(notice)).status_code == 404
    assert client.post(address(notice), {"kind": "MAKULERT"}).status_code == 404
    assert not DisposalAnswer.objects.exists()


def test_a_line_is_there_also_where_the_organisation_has_another_channel_now(client, nav, adviser):
    mapping, share = situations.a_shared_interview(nav)
    Organisation.objects.filter(pk=nav.pk).change(channel=Channel.NONE)
    situations.take_everything_back(mapping.person)
    assert client.post(address(share.disclosure.disposal), {"kind": "MAKULERT"}).status_code == 302


def test_the_case_system_gets_a_retraction_and_no_line(koda):
    mapping, _share = situations.a_shared_interview(koda)
    situations.take_everything_back(mapping.person)
    assert not DisposalNotice.objects.exists()


def test_a_recipient_is_reminded_then_late_and_is_on_the_mappers_list(client, nav, adviser):
    notice = ended(nav)
    elsewhere = situations.a_unit("Agder fengsel")
    noise = ended(nav, person=situations.a_person(at=elsewhere), by=situations.an_account(Role.MAPPER, at=elsewhere))
    assert "Påminnelse" not in inbox(client)
    situations.let_answer_wait(notice, days=11)
    assert "Påminnelse" in inbox(client)
    situations.let_answer_wait(notice, days=15)
    assert "Fristen var" in inbox(client)
    assert "Fristen var" in page_at(client, address(notice))
    person = notice.disclosure.person
    client.force_login(situations.an_account(Role.MAPPER, at=person.current_stay.unit))
    listed = page_at(client, reverse("sharing:disposals"))
    assert person.name in listed
    assert noise.disclosure.person.name not in listed
    assert "Over fristen" in listed
    assert "Ring mottakeren." in page_at(client, reverse("sharing:deliveries", args=[person.pk]))
    disposal_answers.answer(notice, kind=DisposalAnswerKind.SHREDDED, by=adviser)
    assert person.name not in page_at(client, reverse("sharing:disposals"))


def test_the_mapper_is_told_of_a_paper_to_give_where_a_receipt_lists_it(nav, adviser):
    mapper = situations.an_account(Role.MAPPER)
    mapping, share = situations.a_shared_interview(nav, by=mapper)
    situations.a_withdrawal(mapping.person, by=mapper)
    disposal_answers.answer(share.disclosure.disposal, kind=DisposalAnswerKind.SHREDDED, by=adviser)
    assert Notice.objects.get(kind=NoticeKind.PAPER).person_id == mapping.person_id


def test_there_is_no_paper_to_give_where_nothing_was_withdrawn(nav, adviser):
    mapping, share = situations.a_shared_interview(nav)
    expired(mapping, nav)
    disposal_answers.answer(share.disclosure.disposal, kind=DisposalAnswerKind.SHREDDED, by=adviser)
    assert not Notice.objects.filter(kind=NoticeKind.PAPER).exists()


@pytest.mark.parametrize(("model", "moment"), [(DisposalNotice, "asked_at"), (DisposalAnswer, "given_at")])
def test_a_line_and_its_answer_are_never_changed_or_removed(nav, adviser, model, moment):
    disposal_answers.answer(ended(nav), kind=DisposalAnswerKind.SHREDDED, by=adviser)
    for attempt in (
        lambda: models.QuerySet(model).update(**{moment: timezone.now()}),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic():
            attempt()
