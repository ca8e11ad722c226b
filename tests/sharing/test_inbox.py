"""A partner reads what concerns it, only as long as it may, and answers without free text."""

import html
import json
from datetime import datetime, timedelta
from io import BytesIO

import pypdf
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import lifecycle, sections
from brik.people.legal_status import QUESTIONNAIRE
from brik.people.models import LegalStatus
from brik.staff.models import Channel, Organisation, OrganisationKind, Role
from followup.sharing import actions
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.models import DeliveryState, PartnerAnswer, PartnerAnswerKind
from tests import situations
from tests.pages.unsaved.browsing import form_on
from tests.pdf.structure import elements, root

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def summary(delivery):
    return reverse("sharing:summary", args=[delivery.disclosure_id])


def inbox(client):
    return html.unescape(client.get(reverse("sharing:inbox")).content.decode())


def test_what_is_shared_lies_in_the_inbox_at_once(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    assert delivery.state == DeliveryState.ACCEPTED
    assert mapping.person.name in inbox(client)
    assert Event.objects.filter(verb=Verb.INBOX_LISTED, actor=str(adviser.pk)).count() == 1


def test_a_summary_shows_what_concerns_the_partner_and_nothing_else(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    page = html.unescape(client.get(summary(delivery)).content.decode())
    assert "Kan du miste boligen" in page
    assert "Hvordan bodde du før" not in page
    assert "ikke for permisjon, overføring eller løslatelse" in page
    assert "meldingsId" not in page


@pytest.mark.parametrize(
    ("status", "said", "urgent"),
    [
        (LegalStatus.CONVICTED, {"G": {"G1": "GOD", "G5": "JA"}, "B": {"B1a": "nob"}}, "G5"),
        (LegalStatus.REMAND, {"VD": {"VD1": "JA", "VD2": "JA"}, "VB": {"VB1a": "nob"}}, "VD2"),
    ],
)
def test_that_somebody_needed_help_at_once_stands_first_for_health_on_page_paper_and_wire(client, status, said, urgent):
    health, mapper = situations.an_organisation(OrganisationKind.HEALTH), situations.an_account(Role.MAPPER)
    form = catalogue.get(QUESTIONNAIRE[status])
    mapping = situations.an_interview(mapper, situations.a_person(status=status))
    for area, values in said.items():
        answers = {link_id: stored(form.question(link_id), value, language="nb") for link_id, value in values.items()}
        sections.save_section(mapping, area=area, answers=answers, version=0, by=mapper)
    mapping = interview.sign_off(mapping, by=mapper)
    situations.a_permit(mapping.person, health, themes=[Theme.HELSE, Theme.PRAKTISK])
    delivery = actions.share(mapping, organisation=health, by=mapper)
    message = json.loads(delivery.disclosure.payload.open())
    sent = [answer for told in message["omraader"] for answer in told["svar"]]
    assert [(answer["linkId"], answer.get("haster")) for answer in sent] == [
        (urgent, True),
        *((link_id, None) for values in said.values() for link_id in values if link_id != urgent),
    ]
    client.force_login(situations.an_account(Role.PARTNER, organisation=health))
    page = html.unescape(client.get(summary(delivery)).content.decode())
    paper = pypdf.PdfReader(BytesIO(client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id])).content))
    for text in (page, "\n".join(sheet.extract_text() for sheet in paper.pages)):
        first, second = form.question(urgent).text["nb"], form.question(sent[1]["linkId"]).text["nb"]
        assert text.index("Haster") < text.index(first) < text.index(second)


def test_every_view_is_an_event(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    client.get(summary(delivery))
    client.get(summary(delivery))
    client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id]))
    seen = Event.objects.filter(subject=mapping.person_id, actor=str(adviser.pk))
    assert seen.filter(verb=Verb.SUMMARY_READ).count() == 2
    assert seen.filter(verb=Verb.SUMMARY_PRINTED).count() == 1


def test_the_pdf_is_tagged_and_its_name_says_nothing(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    response = client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="sammendrag.pdf"'
    assert response.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in response.content


def test_the_pdf_is_in_the_readers_language_around_a_message_in_bokmaal(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    paper = client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id]))
    reader = pypdf.PdfReader(BytesIO(paper.content))
    assert root(reader)["/Lang"] == "en"
    marked = {(element.get("/S"), element.get("/Lang")) for element in elements(reader)}
    assert ("/H1", None) in marked
    assert {("/H2", None), ("/H2", "nb")} <= marked


def test_a_partner_never_sees_what_another_organisation_has(client, nav, adviser):
    situations.a_shared_interview(nav)
    other = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    noise, delivery = situations.a_shared_interview(other)
    assert noise.person.name not in inbox(client)
    assert client.get(summary(delivery)).status_code == 404
    assert client.post(summary(delivery), {"kind": "MOTTATT"}).status_code == 404
    assert client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id])).status_code == 404
    assert Event.objects.filter(verb=Verb.REFUSED).count() == 3
    assert not PartnerAnswer.objects.exists()


def test_a_partner_does_not_learn_of_other_recipients(client, nav, adviser):
    mapping = situations.a_signed_off_interview(mapper := situations.an_account(Role.MAPPER))
    other = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    situations.a_permit(mapping.person, nav, other)
    mine = actions.share(mapping, organisation=nav, by=mapper)
    actions.share(mapping, organisation=other, by=mapper)
    page = html.unescape(client.get(summary(mine)).content.decode())
    assert other.name not in page
    assert other.number not in page


def withdrawn(mapping):
    situations.take_everything_back(mapping.person)


def expired(mapping):
    situations.let_expire(mapping.person)


def in_error(mapping):
    lifecycle.mark_in_error(mapping.person, by=situations.DESK)
    reconcile(mapping.person, by=situations.DESK)


@pytest.mark.parametrize("cause", [withdrawn, expired, in_error])
def test_when_it_no_longer_holds_it_is_gone_and_the_page_is_the_same_whatever_the_cause(client, nav, adviser, cause):
    mapping, delivery = situations.a_shared_interview(nav)
    client.get(summary(delivery))
    cause(mapping)
    assert mapping.person.name not in inbox(client)
    for address in (summary(delivery), reverse("sharing:summary_pdf", args=[delivery.disclosure_id])):
        response = client.get(address)
        page = html.unescape(response.content.decode())
        assert response.status_code == 410
        assert "Opplysningene deles ikke lenger med dere." in page
        assert mapping.person.name not in page
        assert "trukket" not in page
    assert client.post(summary(delivery), {"kind": "MOTTATT"}).status_code == 410


def test_covered_is_asked_at_the_very_view_and_not_remembered(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    situations.a_consent(mapping.person, at=timezone.now() - timedelta(seconds=1))
    assert client.get(summary(delivery)).status_code == 410
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED  # nothing has been reconciled: the rows alone closed the door


def test_themes_struck_out_of_the_row_do_not_open_the_summary(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE sharing_disclosure SET themes = '[]'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    situations.a_consent(mapping.person, at=timezone.now() - timedelta(seconds=1))
    assert client.get(summary(delivery)).status_code == 409


def test_a_page_that_waits_behind_an_answer_is_gone_with_the_consent(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    client.follows_kept = False
    waiting = client.post(summary(delivery), {"kind": "TULL"})["Location"]
    situations.take_everything_back(mapping.person)
    page = client.get(waiting)
    assert page.status_code == 410
    assert mapping.person.name not in page.content.decode()


def test_what_lay_in_the_inbox_is_closed_even_if_the_organisation_has_another_channel_now(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    Organisation.objects.filter(pk=nav.pk).change(channel=Channel.MESSAGE)
    situations.take_everything_back(mapping.person)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.RETRACTED


def test_a_correction_takes_the_place_of_what_was_there(client, nav, adviser):
    mapper = situations.an_account(Role.MAPPER)
    mapping, old = situations.a_shared_interview(nav, by=mapper)
    new = interview.sign_off(interview.correct(mapping, reason="feil svar", by=mapper), by=mapper)
    newer = actions.share(new, organisation=nav, by=mapper)
    assert client.get(summary(old)).status_code == 410
    assert client.get(summary(newer)).status_code == 200
    assert inbox(client).count(mapping.person.name) == 1


def test_received_and_contact_come_back_as_answers(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    day = (timezone.localdate() + timedelta(days=10)).strftime("%d.%m.%Y")
    assert client.post(summary(delivery), {"kind": "MOTTATT"}).status_code == 302
    seen = {"last_seen": str(PartnerAnswer.objects.get().pk)}
    client.post(summary(delivery), {"kind": "TAR_KONTAKT", "on_day": day, "how": "TELEFON", **seen})
    kinds = list(PartnerAnswer.objects.order_by("pk").values_list("kind", "how"))
    assert kinds == [(PartnerAnswerKind.RECEIVED, ""), (PartnerAnswerKind.WILL_CONTACT, "TELEFON")]
    assert Event.objects.filter(verb=Verb.SUMMARY_ANSWERED).count() == 2


def test_a_theme_without_an_answer_is_never_named(client, nav, adviser):
    mapping = situations.a_signed_off_interview(mapper := situations.an_account(Role.MAPPER))
    situations.a_permit(mapping.person, nav, themes=[Theme.BOLIG, Theme.RUS])
    delivery = actions.share(mapping, organisation=nav, by=mapper)
    assert "Rus og avhengighet" not in inbox(client)
    page = " ".join(html.unescape(client.get(summary(delivery)).content.decode()).split())
    assert "får vite om: Bolig." in page
    assert "Rus og avhengighet" not in page


def test_a_no_comes_back_with_its_reason_and_without_what_belongs_to_another_answer(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    sent = {"kind": "KAN_IKKE", "why": "ANNET_KONTOR", "how": "TELEFON", "on_day": "1.1.2001"}
    assert client.post(summary(delivery), sent).status_code == 302
    answer = PartnerAnswer.objects.get()
    assert answer.words == "Vi kan ikke hjelpe: Et annet kontor har ansvaret"
    assert (answer.how, answer.on_day) == ("", None)
    assert answer.words in html.unescape(client.get(summary(delivery)).content.decode())


def test_a_reason_belongs_to_a_no_alone(nav, adviser):
    delivery = situations.a_delivery(nav)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerAnswer.objects.create(disclosure=delivery.disclosure, kind="MOTTATT", why="IKKE_PLASS", given_by=adviser)


def test_a_summary_tells_whom_to_call_and_until_when_it_may_be_used(client, nav, adviser):
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.a_signed_off_interview(mapper)
    ends = timezone.make_aware(datetime(2027, 3, 1))
    situations.a_permit(mapping.person, nav, until=ends)
    page = html.unescape(client.get(summary(actions.share(mapping, organisation=nav, by=mapper))).content.decode())
    assert f"<bdi>{mapper.name}</bdi>, {mapping.person.current_stay.unit.name}" in page
    assert "28. februar 2027" in page
    assert "<dt>Fødselsnummer</dt>" in page


def test_pressing_twice_answers_once(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    for _ in range(2):
        client.post(summary(delivery), {"kind": "MOTTATT"})
    assert PartnerAnswer.objects.count() == 1


def test_an_answer_written_before_a_colleagues_comes_back_with_what_stands_and_can_be_sent_again(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    opened = form_on(client.get(summary(delivery)))[1]
    actions.answer(
        delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, by=situations.an_account(Role.PARTNER, organisation=nav)
    )
    typed = {"kind": "TAR_KONTAKT", "how": "TELEFON"}
    wrong = client.post(summary(delivery), {**opened, **typed, "on_day": "i går"})
    assert wrong.status_code == 422
    answer = client.post(summary(delivery), {**form_on(wrong)[1], **typed})
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    assert "En kollega har svart etter at du åpnet siden" in page
    assert "<strong>Mottatt</strong>" in page
    assert 'value="TELEFON" checked' in page
    assert PartnerAnswer.objects.count() == 1
    assert client.post(summary(delivery), {**form_on(answer)[1], **typed}).status_code == 302
    assert PartnerAnswer.objects.first().kind == "TAR_KONTAKT"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "x"}, 422),
        ({}, 422),
        ({"kind": "KANSKJE"}, 422),
        ({"kind": "TAR_KONTAKT", "on_day": "i går"}, 422),
        ({"kind": "TAR_KONTAKT", "on_day": "01.01.2001"}, 422),
        ({"kind": "TAR_KONTAKT", "how": "FAKS"}, 422),
        ({"kind": "KAN_IKKE", "why": "Fritekst om noen"}, 422),
    ],
)
def test_a_malformed_answer_gets_a_sentence_and_changes_nothing(client, nav, adviser, sent, status):
    delivery = situations.a_delivery(nav)
    assert client.post(summary(delivery), sent).status_code == status
    assert not PartnerAnswer.objects.exists()


def test_a_summary_moved_from_another_person_is_not_shown(client, nav, adviser):
    one = situations.a_delivery(nav)
    other = situations.a_delivery(nav)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE sharing_disclosure a SET payload = b.payload, payload_sha256 = b.payload_sha256 "
            "FROM sharing_disclosure b WHERE a.uuid = %s AND b.uuid = %s",
            [one.disclosure_id, other.disclosure_id],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert client.get(summary(one)).status_code == 409
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count() == 1


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER, Role.SYSTEM])
def test_staff_have_no_inbox(client, nav, role):
    delivery = situations.a_delivery(nav)
    client.force_login(situations.an_account(role))
    assert client.get(reverse("sharing:inbox")).status_code == 403
    assert client.get(summary(delivery)).status_code == 403
    assert client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id])).status_code == 403


def test_a_partner_sees_none_of_the_officers_pages(client, nav, adviser):
    mapping, delivery = situations.a_shared_interview(nav)
    for address in (
        reverse("sharing:preview", args=[mapping.pk, nav.pk]),
        reverse("sharing:deliveries", args=[mapping.person_id]),
    ):
        assert client.get(address).status_code == 403
    assert client.post(reverse("sharing:step", args=[delivery.message_id, "la-ga"])).status_code == 403


def test_the_inbox_costs_the_same_number_of_queries_however_full(client, nav, adviser, django_assert_max_num_queries):
    for _ in range(4):
        situations.a_shared_interview(nav)
    client.get(reverse("sharing:inbox"))
    with django_assert_max_num_queries(16):
        client.get(reverse("sharing:inbox"))
