"""A recipient answers with a telephone number and a short message; the mapper replies; the consent shuts both."""

import html

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Notice, NoticeKind
from brik.pages.refusal import Refused
from brik.people.protection import AddressGrade
from brik.staff.models import Role
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.refusals import MessageRefusal
from followup.sharing.disclosure.threads import thread
from followup.sharing.inbox import filing
from followup.sharing.messages import actions
from followup.sharing.models import PartnerAnswer, PartnerMessage
from tests import situations
from tests.pages.unsaved.browsing import form_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
WORDS = "Vi har plass fra mandag"


def summary(delivery):
    return reverse("sharing:summary", args=[delivery.disclosure_id])


def reply_page(delivery):
    return reverse("sharing:reply", args=[delivery.message_id])


def text_of(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def shared(nav):
    """What the mapper has shared, and the mapper."""
    mapper = situations.an_account(Role.MAPPER)
    mapping, delivery = situations.a_shared_interview(nav, by=mapper)
    return mapping, delivery, mapper


@pytest.fixture
def written(shared, adviser):
    _, delivery, _ = shared
    actions.write(delivery.disclosure, telephone="22 33 44 55", text=WORDS, by=adviser)
    return shared


def test_an_answer_takes_a_telephone_number_and_a_message_to_the_mapper(client, shared, adviser):
    mapping, delivery, mapper = shared
    sent = {"kind": "MOTTATT", "telephone": "22 33 44 55", "text": WORDS}
    assert client.post(summary(delivery), sent).status_code == 302
    assert PartnerAnswer.objects.count() == 1
    client.force_login(mapper)
    for address in (
        reverse("sharing:deliveries", args=[mapping.person_id]),
        reverse("desk:person", args=[mapping.person_id]),
    ):
        page = text_of(client.get(address))
        assert WORDS in page
        assert "Telefon 22 33 44 55" in page
        assert adviser.name in page
    assert Notice.objects.get(kind=NoticeKind.WRITTEN).mapper == mapper
    assert Event.objects.filter(verb=Verb.RECIPIENT_WROTE, subject=mapping.person_id).count() == 1


def test_a_message_alone_will_do_where_an_answer_stands(client, shared, adviser):
    _, delivery, _ = shared
    assert client.post(summary(delivery), {"text": WORDS}).status_code == 422
    assert client.post(summary(delivery), {"kind": "MOTTATT"}).status_code == 302
    assert client.post(summary(delivery), {"text": WORDS}).status_code == 302
    assert PartnerMessage.objects.count() == 1
    assert PartnerAnswer.objects.count() == 1


def test_pressing_twice_writes_once(client, shared, adviser):
    _, delivery, _ = shared
    for _ in range(2):
        client.post(summary(delivery), {"kind": "MOTTATT", "text": WORDS})
    assert PartnerMessage.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{"telephone": "ring meg"}, {"text": "x" * 501}, {"text": "Nummer 01819012345"}, {"telephone": "2"}]
)
def test_a_message_that_cannot_be_taken_says_why_and_writes_nothing(client, shared, adviser, sent):
    _, delivery, _ = shared
    assert client.post(summary(delivery), {"kind": "MOTTATT", **sent}).status_code == 422
    assert not PartnerMessage.objects.exists()
    assert not PartnerAnswer.objects.exists()


def test_a_reply_is_sent_only_as_it_was_shown_and_ticked(client, written):
    mapping, delivery, mapper = written
    client.force_login(mapper)
    seen = client.post(reply_page(delivery), {"text": "Mandag klokka ti", "do": "preview"}, follow=True)
    assert "Slik leser mottakeren det" in text_of(seen)
    given = {**form_on(seen)[1], "text": "Mandag klokka ti"}
    assert PartnerMessage.objects.filter(from_recipient=False).count() == 0
    unticked = client.post(reply_page(delivery), {**given, "do": "send"})
    assert unticked.status_code == 422
    changed = client.post(reply_page(delivery), {**given, "text": "Noe annet", "seen": "on", "do": "send"})
    assert changed.status_code == 200
    assert PartnerMessage.objects.filter(from_recipient=False).count() == 0
    assert client.post(reply_page(delivery), {**given, "seen": "on", "do": "send"}).status_code == 302
    assert Event.objects.filter(verb=Verb.RECIPIENT_REPLIED, subject=mapping.person_id).count() == 1


def test_the_recipient_reads_the_reply_under_role_and_unit(client, written, adviser):
    mapping, delivery, mapper = written
    actions.reply(delivery, text="Mandag klokka ti", by=mapper)
    page = text_of(client.get(summary(delivery)))
    assert "Mandag klokka ti" in page
    thread_of = page[page.index("brik-thread") :]
    assert f"Kartlegger ved {mapping.unit.name}" in thread_of
    assert mapper.name not in thread_of


def test_a_reply_lies_among_the_new_ones_also_where_the_summary_was_put_away(client, written, adviser):
    _mapping, delivery, mapper = written
    client.get(summary(delivery))
    filing.archive(delivery.disclosure, by=adviser)
    actions.reply(delivery, text="Mandag klokka ti", by=mapper)
    page = text_of(client.get(reverse("sharing:inbox") + "?vis=nye"))
    assert summary(delivery) in page
    client.get(summary(delivery))
    assert summary(delivery) not in text_of(client.get(reverse("sharing:inbox") + "?vis=nye"))


def test_a_unit_writes_only_where_the_recipient_has_written(client, shared):
    _, delivery, mapper = shared
    with pytest.raises(Refused) as refused:
        actions.reply(delivery, text="Hei", by=mapper)
    assert refused.value.why is MessageRefusal.NOTHING_WRITTEN
    client.force_login(mapper)
    assert client.get(reply_page(delivery)).status_code == 409


def test_nothing_is_written_about_somebody_with_a_graded_address(client, written):
    mapping, delivery, mapper = written
    situations.protect(mapping.person, grade=AddressGrade.CONFIDENTIAL, by=mapper)
    with pytest.raises(Refused) as refused:
        actions.reply(delivery, text="Hei", by=mapper)
    assert refused.value.why is MessageRefusal.GRADED


def test_with_the_consent_the_messages_are_shut_for_both(client, written, adviser):
    mapping, delivery, mapper = written
    situations.a_consent(mapping.person)
    with pytest.raises(Refused) as refused:
        actions.reply(delivery, text="Hei", by=mapper)
    assert refused.value.why is MessageRefusal.CLOSED
    with pytest.raises(Refused):
        actions.write(delivery.disclosure, text="Hei", by=adviser)
    assert client.get(summary(delivery)).status_code == 410
    client.force_login(mapper)
    assert WORDS not in text_of(client.get(reverse("sharing:deliveries", args=[mapping.person_id])))
    assert client.get(reply_page(delivery)).status_code == 409


def test_another_recipient_reads_nothing_of_it(client, written):
    _mapping, delivery, _mapper = written
    client.force_login(situations.an_account(Role.PARTNER, organisation=situations.an_organisation()))
    assert client.get(summary(delivery)).status_code == 404
    assert client.get(reply_page(delivery)).status_code == 403


@pytest.mark.parametrize("role", [Role.LEADER, Role.CONTACT_OFFICER, Role.DECIDER])
def test_no_other_role_of_the_unit_sees_the_words_or_the_notice(client, written, role):
    mapping, _delivery, _mapper = written
    client.force_login(situations.an_account(role, at=mapping.unit))
    page = text_of(client.get(reverse("desk:person", args=[mapping.person_id])))
    assert WORDS not in page
    assert "har skrevet til deg" not in page
    assert "har skrevet til deg" not in text_of(client.get(reverse("desk:worklist")))


def test_the_person_gets_insight_in_what_was_written(client, written):
    mapping, _delivery, _mapper = written
    client.force_login(situations.an_account(Role.INSIGHT))
    assert WORDS in text_of(client.get(reverse("desk:extract", args=[mapping.person_id])))


def test_a_message_is_sealed_and_never_changed(written):
    _, _delivery, _ = written
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM sharing_partnermessage m")
        assert WORDS not in cursor.fetchone()[0]
    for change in ("UPDATE sharing_partnermessage SET from_recipient = false", "DELETE FROM sharing_partnermessage"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_a_message_that_somebody_turned_round_is_not_shown(client, written):
    _mapping, delivery, mapper = written
    situations.forge(PartnerMessage.objects.get(), from_recipient=False)
    with pytest.raises(SealBroken):
        thread(delivery.disclosure)
    client.force_login(mapper)
    assert client.get(reply_page(delivery)).status_code == 409
    page = text_of(client.get(reverse("sharing:deliveries", args=[delivery.person_id])))
    assert WORDS not in page
    assert "Kan ikke vises" in page
