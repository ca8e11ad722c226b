"""A full inbox: pages of 25, unread and urgent first, searched, narrowed, given to somebody and put away."""

import html
import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind, Role
from followup.sharing import actions
from followup.sharing.inbox import filing, inbox, name_search
from followup.sharing.inbox.narrowing import InboxNarrowing
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, Disclosure, PartnerAnswerKind
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
INBOX = "sharing:inbox"


def many(delivery: Delivery, number: int) -> None:
    """As many more summaries of the same person to the same recipient, as if shared again and again. Rows."""
    first = delivery.disclosure
    sealed = first.content.open()
    disclosures = Disclosure.objects.bulk_create(
        [
            Disclosure(
                person_id=first.person_id,
                mapping_id=first.mapping_id,
                organisation_id=first.organisation_id,
                themes=first.themes,
                decisions=first.decisions,
                legal_basis=first.legal_basis,
                purpose=first.purpose,
                content=sealed,
                payload=first.payload.open(),
                payload_sha256=first.payload_sha256,
                schema=first.schema,
                schema_version=first.schema_version,
                decided_by_id=first.decided_by_id,
            )
            for _ in range(number)
        ]
    )
    Delivery.objects.bulk_create(
        [
            Delivery(
                message_id=uuid4(),
                kind=DeliveryKind.SHARE,
                disclosure=disclosure,
                person_id=first.person_id,
                organisation_id=first.organisation_id,
                state=DeliveryState.ACCEPTED,
            )
            for disclosure in disclosures
        ]
    )


def page_of(client, address=None):
    return html.unescape(client.get(address or reverse(INBOX)).content.decode())


def shown(page):
    """The summaries on the page, by their addresses, in order."""
    return re.findall(r'href="/innboks/([0-9a-f-]{36})/"', page)


def next_page(page):
    found = re.search(r'href="(\?[^"]*etter=[^"]+)"', page)
    return reverse(INBOX) + html.unescape(found[1]) if found else None


def read(delivery):
    Delivery.objects.filter(pk=delivery.pk).change(first_read_at=timezone.now(), unread=False)


def urgent(organisation):
    return situations.a_delivery(organisation, C_behov="3", C3a="JA")


@pytest.fixture
def municipality():
    return situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)


@pytest.fixture
def municipal_adviser(client, municipality):
    staff = situations.an_account(Role.PARTNER, organisation=municipality)
    client.force_login(staff)
    return staff


def test_urgent_ones_come_first_then_the_new_then_those_that_were_read(client, municipality, municipal_adviser):
    pressing = urgent(municipality)
    new, seen = situations.a_delivery(municipality), situations.a_delivery(municipality)
    read(seen)
    situations.a_delivery(situations.an_organisation())
    order = [str(delivery.disclosure_id) for delivery in (pressing, new, seen)]
    page = page_of(client)
    assert shown(page) == order
    assert page.index("Haster</span>") < page.index(order[1])
    oldest = page_of(client, reverse(INBOX) + "?orden=eldst")
    assert shown(oldest) == [str(delivery.disclosure_id) for delivery in (pressing, new, seen)]
    newest = page_of(client, reverse(INBOX) + "?orden=nyest")
    assert shown(newest) == [str(delivery.disclosure_id) for delivery in (seen, new, pressing)]


def test_an_urgent_one_that_was_read_has_its_place_among_the_others(client, municipality, municipal_adviser):
    pressing = urgent(municipality)
    read(pressing)
    new = situations.a_delivery(municipality)
    assert shown(page_of(client)) == [str(new.disclosure_id), str(pressing.disclosure_id)]


@pytest.mark.parametrize("order", ["", "nyest", "eldst"])
def test_the_pages_hold_25_each_and_every_summary_once(client, nav, adviser, order):
    first = situations.a_delivery(nav)
    many(first, 59)
    for delivery in Delivery.objects.order_by("pk")[5:15]:
        read(delivery)
    found, sizes, address = [], [], reverse(INBOX) + f"?orden={order}"
    while address:
        page = page_of(client, address)
        found += shown(page)
        sizes.append(len(shown(page)))
        address = next_page(page)
    assert sizes == [25, 25, 10]
    assert len(set(found)) == 60


def test_a_full_inbox_costs_what_a_small_one_does(client, nav, adviser):
    first = situations.a_delivery(nav)
    many(first, 29)
    costs = []
    for more in (0, 300):
        many(first, more)
        client.get(reverse(INBOX))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = page_of(client)
        assert len(shown(page)) == 25
        costs.append(len(queries))
        opened = inbox.page(adviser, InboxNarrowing())
        assert len(opened.lines) == 25
    assert costs[0] == costs[1]


def test_where_more_are_new_than_are_looked_through_the_page_says_so(client, nav, adviser):
    first = situations.a_delivery(nav)
    many(first, inbox.LOOKED_AT - 1)
    assert "Bare de 100 nyeste" not in page_of(client)
    many(first, 1)
    assert "Bare de 100 nyeste" in page_of(client)


@pytest.mark.parametrize(
    "after", ["tull", "nye.tull", "nye.0d9a2f0e-6f0c-4a7e-9a58-2f0d6f1c4b11", "hei." + "0" * 40, "."]
)
def test_a_place_that_is_none_shows_the_first_page(client, nav, adviser, after):
    delivery = situations.a_delivery(nav)
    assert shown(page_of(client, reverse(INBOX) + f"?etter={after}&vis=tull&orden=tull")) == [
        str(delivery.disclosure_id)
    ]


def test_the_place_of_somebody_elses_summary_says_nothing(client, nav, adviser):
    mine = situations.a_delivery(nav)
    other = situations.a_delivery(situations.an_organisation())
    assert shown(page_of(client, reverse(INBOX) + f"?etter=nye.{other.disclosure_id}")) == [str(mine.disclosure_id)]


def test_the_inbox_is_narrowed_by_what_was_read_answered_and_given(client, nav, adviser):
    new, answered, mine = (situations.a_delivery(nav) for _ in range(3))
    read(answered)
    actions.answer(answered.disclosure, kind=PartnerAnswerKind.RECEIVED, by=adviser)
    filing.assign(mine.disclosure, to=adviser, by=adviser)
    narrowed = {
        tray: set(shown(page_of(client, reverse(INBOX) + f"?vis={tray}")))
        for tray in ("nye", "ubesvart", "mine", "ingen", "arkiv")
    }
    of = {name: str(row.disclosure_id) for name, row in (("new", new), ("answered", answered), ("mine", mine))}
    assert narrowed == {
        "nye": {of["new"], of["mine"]},
        "ubesvart": {of["new"], of["mine"]},
        "mine": {of["mine"]},
        "ingen": {of["new"], of["answered"]},
        "arkiv": set(),
    }


def test_a_summary_is_given_to_a_colleague_and_put_away_and_taken_out_again(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    colleague = situations.an_account(Role.PARTNER, organisation=nav)
    stranger = situations.an_account(Role.PARTNER, organisation=situations.an_organisation())
    address = reverse("sharing:file", args=[delivery.disclosure_id])
    assert client.post(address, {"do": "assign", "to": stranger.pk}).status_code == 400
    assert client.post(address, {"do": "assign", "to": colleague.pk}).status_code == 302
    assert f"Følges opp av {colleague.name}" in page_of(client)
    assert client.post(address, {"do": "archive"}).status_code == 302
    assert shown(page_of(client)) == []
    assert shown(page_of(client, reverse(INBOX) + "?vis=arkiv")) == [str(delivery.disclosure_id)]
    assert client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).status_code == 200
    assert client.post(address, {"do": "bring_back"}).status_code == 302
    assert client.post(address, {"do": "assign", "to": ""}).status_code == 302
    assert shown(page_of(client)) == [str(delivery.disclosure_id)]
    told = Event.objects.filter(actor=str(adviser.pk), subject=delivery.person_id)
    assert told.filter(verb=Verb.SUMMARY_ASSIGNED).count() == 2
    assert told.filter(verb=Verb.SUMMARY_ARCHIVED).count() == 1
    assert told.filter(verb=Verb.SUMMARY_BROUGHT_BACK).count() == 1


def test_what_is_archived_is_taken_out_of_the_archive_with_the_consent(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    filing.archive(delivery.disclosure, by=adviser)
    situations.take_everything_back(Person.objects.get(pk=delivery.person_id))
    assert shown(page_of(client, reverse(INBOX) + "?vis=arkiv")) == []
    address = reverse("sharing:file", args=[delivery.disclosure_id])
    assert client.post(address, {"do": "bring_back"}).status_code == 410


def search(client, text):
    return html.unescape(client.post(reverse(INBOX), {"q": text}, follow=True).content.decode())


def test_a_name_is_found_by_a_part_of_it_archived_or_not_and_never_in_another_inbox(client, nav, adviser):
    mapping, mine = situations.a_shared_interview(nav)
    other, _ = situations.a_shared_interview(situations.an_organisation())
    filing.archive(mine.disclosure, by=adviser)
    word = mapping.person.name.split()[1]
    found = search(client, word)
    assert str(mine.disclosure_id) in shown(found)
    assert shown(search(client, other.person.name)) == []


def test_a_sheet_is_found_by_its_reference(client, nav, adviser):
    delivery = situations.a_delivery(nav)
    situations.a_delivery(nav)
    assert shown(search(client, delivery.disclosure.reference.lower())) == [str(delivery.disclosure_id)]


def test_a_search_by_number_finds_nobody(client, nav, adviser):
    mapping, _ = situations.a_shared_interview(nav)
    number = mapping.person.identifiers.first().number.open()
    assert shown(search(client, number)) == []


def test_a_search_is_an_event_without_its_words(client, nav, adviser):
    mapping, _ = situations.a_shared_interview(nav)
    search(client, mapping.person.name)
    event = Event.objects.filter(verb=Verb.PEOPLE_SEARCHED, actor=str(adviser.pk)).first()
    assert event is not None
    assert mapping.person.name not in str(vars(event))


def test_only_the_names_of_what_may_be_read_are_opened_by_a_search(client, nav, adviser):
    mapping, _delivery = situations.a_shared_interview(nav)
    situations.a_consent(mapping.person)
    with CaptureQueriesContext(connection) as queries:
        assert shown(search(client, mapping.person.name)) == []
    opened = [query["sql"] for query in queries if '"people_person"."identity"' in query["sql"]]
    assert not any(str(mapping.person_id) in sql or mapping.person_id.hex in sql for sql in opened)


def test_nobody_without_an_inbox_searches_one(nav):
    situations.a_delivery(nav)
    for role in (Role.MAPPER, Role.LEADER, Role.PRIVACY, Role.INSIGHT):
        with pytest.raises(PermissionDenied):
            name_search.matching(situations.an_account(role), "Testesen")


def test_a_search_of_one_letter_says_what_is_wrong(client, nav, adviser):
    answer = client.post(reverse(INBOX), {"q": "a"})
    assert answer.status_code == 422
    assert "Skriv minst to tegn" in html.unescape(answer.content.decode())


def test_what_is_urgent_stands_in_no_column_in_clear(client, municipality, municipal_adviser):
    pressing, calm = urgent(municipality), situations.a_delivery(municipality)
    columns = [
        {name: getattr(row, name) for name in ("state", "kind", "broken", "unread", "assigned_to_id", "archived_at")}
        for row in Delivery.objects.filter(pk__in=[pressing.pk, calm.pk])
    ]
    assert columns[0] == columns[1]
    fields = {field.name for field in (*Delivery._meta.local_fields, *Disclosure._meta.local_fields)}
    assert not {"urgent", "haster", "rank"} & fields


def test_an_inbox_of_an_organisation_that_has_none_any_longer_is_empty(client, nav, adviser):
    situations.a_delivery(nav)
    Organisation.objects.filter(pk=nav.pk).change(channel="MELDING")
    assert shown(page_of(client)) == []
