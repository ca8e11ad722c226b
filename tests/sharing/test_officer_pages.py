"""What the officer sees is what leaves, and every delivery says in plain words who must act."""

import html
import json
import re

import pytest
from django.urls import reverse

from brik.audit import log
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Section
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.staff.models import Channel, Organisation, OrganisationKind, Role
from brik.vault.canonical import sha256
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Contact, Delivery, DeliveryState, Disclosure, PartnerAnswerKind
from followup.sharing.pages import overview
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def address(mapping, organisation):
    return reverse("sharing:preview", args=[mapping.pk, organisation.pk])


def raw(response):
    return html.unescape(re.search(r'<pre[^>]*id="melding"[^>]*>(.*?)</pre>', response.content.decode(), re.S)[1])


def seen(response):
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def test_what_is_previewed_is_sealed_and_received_byte_for_byte(client, counterpart, koda, mapper):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    page = client.get(address(mapping, koda))
    client.post(address(mapping, koda), {"do": "share", "seen": seen(page)})
    delivery = Delivery.objects.get()
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    previewed = raw(page).encode()
    assert previewed == delivery.disclosure.payload.open()
    assert counterpart.ledger.lines()[0].sha256 == sha256(delivery.disclosure.payload.open())
    assert Event.objects.filter(verb=Verb.PREVIEW_READ, subject=mapping.person_id).count() == 1


def test_the_page_shows_every_answer_of_the_message_in_words(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    page = client.get(address(mapping, koda))
    text = html.unescape(page.content.decode())
    for area in json.loads(raw(page))["omraader"]:
        for answer in area["svar"]:
            assert answer["tekst"] in text
            assert all(line in text for line in answer["vist"])


def test_looking_changes_nothing(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    client.get(address(mapping, koda))
    assert not Delivery.objects.exists()


def test_sharing_without_having_seen_shows_the_page_again(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    for token in ("", "forged", "x" * 5000):
        response = client.post(address(mapping, koda), {"do": "share", "seen": token})
        assert response.status_code == 409
    assert not Delivery.objects.exists()


def test_what_was_seen_for_one_recipient_is_not_shared_with_another(client, mapper, koda):
    mapping, other = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda, other)
    page = client.get(address(mapping, koda))
    assert client.post(address(mapping, other), {"do": "share", "seen": seen(page)}).status_code == 409
    assert not Delivery.objects.exists()


def test_pressing_the_button_twice_shares_once(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    form = {"do": "share", "seen": seen(client.get(address(mapping, koda)))}
    assert [client.post(address(mapping, koda), form).status_code for _ in range(2)] == [302, 302]
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        (situations.let_expire, "ikke noe gyldig samtykke"),
        # What was signed off before a withdrawal is restricted.
        (situations.take_everything_back, "Bare en ferdigstilt kartlegging kan deles."),
    ],
)
def test_an_end_of_the_consent_between_seeing_and_sharing_wins(client, mapper, koda, ends, sentence):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    form = {"do": "share", "seen": seen(client.get(address(mapping, koda)))}
    ends(mapping.person)
    response = client.post(address(mapping, koda), form)
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert not Disclosure.objects.exists()


def test_free_text_goes_to_a_partner_only_when_it_was_ticked_and_seen(client, mapper):
    nav = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping = situations.a_signed_off_interview(mapper, C1="UTEN", C_ressurs="Fritekst fra samtalen")
    situations.a_permit(mapping.person, nav, themes=list(Theme))
    page = client.get(address(mapping, nav))
    ticks = re.findall(r'name="with"[^>]*value="([^"]+)"', page.content.decode())
    if not ticks:
        pytest.fail("the form has a free text to tick")
    assert "Fritekst" not in raw(page)
    again = client.post(address(mapping, nav), {"do": "show", "with": ticks})
    assert again.status_code == 200
    assert "Fritekst" in raw(again)
    # Ticked, but the page that was seen was without it: shown again, not shared.
    assert client.post(address(mapping, nav), {"do": "share", "with": ticks, "seen": seen(page)}).status_code == 409
    client.post(address(mapping, nav), {"do": "share", "with": ticks, "seen": seen(again)})
    assert Disclosure.objects.get().payload.open() == raw(again).encode()


def test_free_text_health_and_drugs_go_to_the_case_system_only_when_ticked_and_seen(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper, area="H", H1="MYE", H5="Fritekst fra samtalen", H3=["LAR"])
    situations.a_permit(mapping.person, koda, themes=[Theme.RUS])
    page = client.get(address(mapping, koda))
    assert re.findall(r'name="with"[^>]*value="([^"]+)"', page.content.decode()) == ["H1", "H3", "H5"]
    assert 'value="share"' not in page.content.decode()
    again = client.post(address(mapping, koda), {"do": "show", "with": ["H3", "H5"]})
    assert '"H1"' not in raw(again)
    assert "Fritekst" in raw(again)
    client.post(address(mapping, koda), {"do": "share", "with": ["H3", "H5"], "seen": seen(again)})
    assert Disclosure.objects.get().payload.open() == raw(again).encode()


def test_without_a_tick_nothing_of_health_is_sent_to_the_case_system(mapper, koda):
    mapping = situations.a_signed_off_interview(mapper, area="G", G1="GOD", G6="Fritekst", G5="JA")
    situations.a_permit(mapping.person, koda, themes=[Theme.HELSE])
    with pytest.raises(Refused):
        actions.share(mapping, organisation=koda, by=mapper)
    assert not Disclosure.objects.exists()


def test_what_is_urgent_stands_first_and_marked_before_it_is_shared(client, mapper):
    health = situations.an_organisation(OrganisationKind.HEALTH)
    mapping = situations.a_signed_off_interview(mapper, area="G", G1="GOD", G4=["SYN"], G5="JA")
    situations.a_permit(mapping.person, health, themes=[Theme.HELSE])
    page = html.unescape(client.get(address(mapping, health)).content.decode())
    assert page.index("Haster") < page.index("noen å snakke med nå?") < page.index("Hvordan er helsen din")


def test_a_question_with_a_tick_of_its_own_leaves_only_with_it(client, mapper):
    nav = situations.an_organisation(OrganisationKind.NAV_STATE)
    mapping = situations.a_signed_off_interview(mapper, area="E", E6=["HELSE"], E1="LEDIG")
    situations.a_permit(mapping.person, nav, themes=[Theme.ARBEID])
    assert '"E6"' not in raw(client.get(address(mapping, nav)))
    assert '"E6"' in raw(client.post(address(mapping, nav), {"do": "show", "with": ["E6"]}))


def test_the_name_is_listed_where_the_recipient_gets_it_and_nowhere_else(client, mapper, koda):
    nav = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda, nav)
    listed = re.compile(rf"<dt>Navn</dt>\s*<dd>\s*<bdi>{mapping.person.name}</bdi>")
    assert listed.search(html.unescape(client.get(address(mapping, nav)).content.decode()))
    assert not listed.search(html.unescape(client.get(address(mapping, koda)).content.decode()))
    assert mapping.person.name not in raw(client.get(address(mapping, koda)))


def test_a_theme_without_an_answer_is_never_named(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda, themes=[Theme.BOLIG, Theme.RUS])
    page = client.get(address(mapping, koda))
    assert "Rus og avhengighet" not in html.unescape(page.content.decode())
    client.post(address(mapping, koda), {"do": "share", "seen": seen(page)})
    assert row_of(mapping, mapper).themes == ["Bolig"]


def test_a_forged_tick_is_refused(client, mapper, koda):
    nav = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping = situations.a_signed_off_interview(mapper, C1="UTEN", C_ressurs="Fritekst fra samtalen")
    situations.a_permit(mapping.person, nav, themes=list(Theme))
    assert client.post(address(mapping, nav), {"do": "show", "with": ["H3"]}).status_code == 400


def test_an_older_row_put_back_is_not_shown_and_not_shared(client, mapper, koda):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    newer = Section.objects.get(mapping=mapping)
    newer.row_version += 1
    log.record(Verb.SECTION_SAVED, by=mapper, subject=mapping.person_id, obj=newer)
    assert client.get(address(mapping, koda)).status_code == 409
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count() == 1


def test_another_units_interview_is_not_found(client, koda):
    mapping = situations.a_signed_off_interview()
    situations.a_permit(mapping.person, koda)
    client.force_login(situations.an_account(Role.MAPPER, at=situations.a_unit("Agder fengsel")))
    assert client.get(address(mapping, koda)).status_code == 404
    assert client.get(reverse("sharing:deliveries", args=[mapping.person_id])).status_code == 404
    assert Event.objects.filter(verb=Verb.REFUSED).count() == 2


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_no_other_role_sees_deliveries(client, koda, role):
    mapping, delivery = situations.a_shared_interview(koda)
    client.force_login(situations.an_account(role))
    step = reverse("sharing:step", args=[delivery.message_id, "sett-pa-vent"])
    assert client.get(address(mapping, koda)).status_code == 403
    assert client.get(reverse("sharing:deliveries", args=[mapping.person_id])).status_code == 403
    assert client.post(step).status_code == 403
    assert overview.for_person(mapping.person, situations.an_account(role)).rows == []


# --- What became of it ---


def row_of(mapping, mapper):
    return overview.for_person(mapping.person, mapper).rows[0]


def test_a_rejected_delivery_says_what_failed_and_who_must_act(client, counterpart, koda, mapper):
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.SENDER_INCOMPLETE))
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    page = html.unescape(client.get(reverse("sharing:deliveries", args=[mapping.person_id])).content.decode())
    assert "Noe mangler i det vi sendte" in page
    assert "Du må rette det som mangler" in page
    assert "Send på nytt nå" in page
    assert Event.objects.filter(verb=Verb.DELIVERY_READ, subject=mapping.person_id).count() == 1


def test_an_unanswered_delivery_says_that_it_may_have_arrived(counterpart, koda, mapper):
    counterpart.behaviour.set(Mode(does.FAILING))
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    row = row_of(mapping, mapper)
    assert "Det kan ha kommet fram" in row.happened
    assert row.steps == ("resend", "park")


def test_the_officer_parks_and_lets_go(client, koda, mapper):
    delivery = situations.a_delivery(koda, by=mapper)
    for step, state in (("sett-pa-vent", DeliveryState.PARKED), ("la-ga", DeliveryState.QUEUED)):
        client.post(reverse("sharing:step", args=[delivery.message_id, step]))
        delivery.refresh_from_db()
        assert delivery.state == state
    assert client.post(reverse("sharing:step", args=[delivery.message_id, "la-ga"])).status_code == 409
    assert client.post(reverse("sharing:step", args=[delivery.message_id, "slett"])).status_code == 404
    assert client.get(reverse("sharing:step", args=[delivery.message_id, "la-ga"])).status_code == 405


def test_what_has_been_overtaken_is_not_offered_for_sending_again(counterpart, koda, mapper):
    counterpart.behaviour.set(Mode(does.STATUS, status=ReceiptStatus.SENDER_INCOMPLETE, times=1))
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    assert row_of(mapping, mapper).steps == ("resend",)
    actions.share(mapping, organisation=koda, by=mapper)
    assert [row.steps for row in overview.for_person(mapping.person, mapper).rows] == [("park",), ()]


def test_what_is_being_taken_back_is_said_so_until_the_recipient_confirms(counterpart, koda, mapper):
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    situations.take_everything_back(mapping.person)
    assert row_of(mapping, mapper).happened.startswith("Vi trekker det tilbake.")
    sending.send_waiting(delivery.person_id, koda.pk, by=WORKER)
    assert row_of(mapping, mapper).happened.startswith("Mottakeren har bekreftet")


@pytest.mark.parametrize("channel", [Channel.MESSAGE, Channel.INBOX])
@pytest.mark.parametrize("state", DeliveryState)
def test_every_state_is_told_in_words(koda, mapper, state, channel):
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    attempts = 0 if state is DeliveryState.CANCELLED else 1
    Delivery.objects.filter(pk=delivery.pk).change(state=state, attempts_made=attempts)
    Organisation.objects.filter(pk=koda.pk).change(channel=channel)
    row = row_of(mapping, mapper)
    assert row.happened
    assert row.label


@pytest.mark.parametrize("state", [DeliveryState.UNDER_RECEIPT, DeliveryState.FAILED])
def test_a_state_that_no_receipt_explains_is_for_the_system_keeper(koda, mapper, state):
    mapping, delivery = situations.a_shared_interview(koda, by=mapper)
    Delivery.objects.filter(pk=delivery.pk).change(state=state, attempts_made=1)
    row = row_of(mapping, mapper)
    assert (row.happened, row.who) == (f"{state.label}.", "Meld fra til systemansvarlig.")


def test_what_was_never_sent_is_not_said_to_lie_in_the_inbox(koda, mapper):
    mapping, _ = situations.a_shared_interview(koda, by=mapper)
    Organisation.objects.filter(pk=koda.pk).change(channel=Channel.INBOX)
    assert row_of(mapping, mapper).happened == "Sendes så snart køen er klar."


def test_recipients_without_a_channel_or_without_consent_are_not_offered(koda, mapper):
    mapping = situations.a_signed_off_interview(mapper)
    school = situations.an_organisation(OrganisationKind.SCHOOL, channel=Channel.NONE)
    situations.an_organisation(OrganisationKind.HEALTH)
    situations.a_permit(mapping.person, koda, school)
    assert [offer.organisation.pk for offer in overview.for_person(mapping.person, mapper).offers] == [koda.pk]


def test_a_partners_answer_reaches_the_officer(client, mapper):
    nav = situations.an_organisation()
    mapping, delivery = situations.a_shared_interview(nav, by=mapper)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    actions.read_summary(delivery.disclosure, by=adviser)
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.WILL_CONTACT, how=Contact.PHONE, by=adviser)
    page = html.unescape(client.get(reverse("sharing:deliveries", args=[mapping.person_id])).content.decode())
    assert "Vi tar kontakt: Vi ringer" in page
    assert "Åpnet første gang" in page


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        (PartnerAnswerKind.RECEIVED, "ANSWERED"),
        (PartnerAnswerKind.WILL_CONTACT, "ANSWERED"),
        (PartnerAnswerKind.CANNOT_HELP, "DECLINED"),
    ],
)
def test_the_tag_of_a_delivery_is_the_latest_answer_until_it_is_taken_back(mapper, kind, tag):
    nav = situations.an_organisation()
    mapping, delivery = situations.a_shared_interview(nav, by=mapper)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    assert row_of(mapping, mapper).label == "I innboksen"
    actions.read_summary(delivery.disclosure, by=adviser)
    assert row_of(mapping, mapper).label == "Åpnet, ikke besvart"
    actions.answer(delivery.disclosure, kind=kind, by=adviser)
    assert (row_of(mapping, mapper).code, row_of(mapping, mapper).label) == (tag, kind.label)
    situations.take_everything_back(mapping.person)
    assert row_of(mapping, mapper).label == "Trukket tilbake"


def test_deliveries_cost_the_same_number_of_queries_however_many(koda, mapper, django_assert_max_num_queries):
    mapping, _ = situations.a_shared_interview(koda, by=mapper)
    for _ in range(4):
        actions.share(mapping, organisation=koda, by=mapper)
    with django_assert_max_num_queries(14):
        assert len(overview.for_person(mapping.person, mapper).rows) == 5
