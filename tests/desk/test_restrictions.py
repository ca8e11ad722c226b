"""A grade and a restriction hold from the moment they are entered: nothing is queued, sent or read that may not be."""

import html
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Notice, NoticeKind
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.people.models import Person, Ruling
from brik.people.protection import AddressGrade, Restriction
from brik.people.refusals import PersonRefusal
from brik.people.safeguards import safeguard_of
from brik.staff.models import OrganisationKind, Role
from brik.vault.codes.row_codes import code_of_row
from brik.vault.inspection import inspect
from brik.vault.sealing import SealBroken
from followup.desk.jobs import follow_all
from followup.desk.restrictions import actions as restrictions
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.disclosure.refusals import AnswerRefusal, ShareRefusal
from followup.sharing.jobs import WORKER, reconcile_all
from followup.sharing.models import Contact, Delivery, DeliveryState, PartnerAnswerKind
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BAN, ISOLATION = Restriction.LETTERS_BANNED, Restriction.ISOLATION
SECRET = AddressGrade.STRICTLY
PLACE = {"area": "B", "B5": "0301", "B7a": "ANNET_LAND"}


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


@pytest.fixture
def nav():
    return situations.an_organisation()


def shared(mapper, organisation, *themes, **answers):
    mapping = situations.a_signed_off_interview(mapper, **answers)
    situations.a_permit(mapping.person, organisation, themes=themes or (Theme.BOLIG,))
    return mapping, actions.share(mapping, organisation=organisation, by=mapper)


def state_of(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def page(client, name, *args):
    return html.unescape(client.get(reverse(name, args=args)).content.decode())


def as_partner(client, organisation):
    client.force_login(situations.an_account(Role.PARTNER, organisation=organisation))


# --- Reading ---


@pytest.mark.parametrize("restriction", Restriction)
def test_a_restriction_closes_the_inbox_at_once_before_any_job_has_run(client, mapper, nav, restriction):
    mapping, delivery = shared(mapper, nav)
    noise, _ = shared(mapper, nav)
    as_partner(client, nav)
    assert mapping.person.name in page(client, "sharing:inbox")
    situations.protect(mapping.person, restriction)
    assert state_of(delivery) == DeliveryState.ACCEPTED
    inbox = page(client, "sharing:inbox")
    assert mapping.person.name not in inbox
    assert noise.person.name in inbox
    for name in ("sharing:summary", "sharing:summary_pdf"):
        answer = client.get(reverse(name, args=[delivery.disclosure_id]))
        assert answer.status_code == 410
        assert "restriksjon" not in answer.content.decode().lower()
    answered = client.post(reverse("sharing:summary", args=[delivery.disclosure_id]), {"kind": "MOTTATT"})
    assert answered.status_code == 410


def test_a_grade_closes_what_tells_a_place_and_nothing_else(client, mapper, nav):
    municipality = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    place, tells = shared(mapper, municipality, Theme.PRAKTISK, **PLACE)
    other, silent = shared(mapper, municipality)
    assert (tells.disclosure.tells_place, silent.disclosure.tells_place) == (True, False)
    as_partner(client, municipality)
    for mapping in (place, other):
        situations.protect(mapping.person, grade=SECRET)
    inbox = page(client, "sharing:inbox")
    assert place.person.name not in inbox
    assert other.person.name in inbox
    assert client.get(reverse("sharing:summary", args=[tells.disclosure_id])).status_code == 410
    assert client.get(reverse("sharing:summary", args=[silent.disclosure_id])).status_code == 200


# --- Queueing and sending ---


def test_what_waits_in_the_queue_is_not_sent_even_if_the_job_is_late(mapper):
    koda = situations.a_case_system()
    mapping, delivery = shared(mapper, koda)
    situations.protect(mapping.person, BAN)
    assert state_of(delivery) == DeliveryState.QUEUED
    assert sending.begin(mapping.person_id, koda.pk, by=WORKER) is None
    assert state_of(delivery) == DeliveryState.CANCELLED
    assert not Delivery.objects.get(pk=delivery.pk).attempts.exists()


def test_the_job_cancels_what_waits_and_retracts_what_was_sent(mapper):
    koda = situations.a_case_system()
    mapping, sent = shared(mapper, koda)
    sending.begin(mapping.person_id, koda.pk, by=WORKER)
    situations.protect(mapping.person, ISOLATION)
    situations.follow([mapping.person])
    assert state_of(sent) == DeliveryState.RETRACTING
    assert Person.objects.get(pk=mapping.person_id).follow_since is None


def test_after_a_grade_the_same_is_shared_again_without_the_place(mapper):
    municipality = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping, delivery = shared(mapper, municipality, Theme.PRAKTISK, Theme.BOLIG, **PLACE)
    situations.protect(mapping.person, grade=SECRET)
    situations.follow([mapping.person])
    assert state_of(delivery) == DeliveryState.RETRACTED
    again = actions.share(mapping, organisation=municipality, by=mapper)
    assert (again.disclosure.tells_place, again.disclosure.content.open()["fields"]) == (False, ["B7a"])


@pytest.mark.parametrize(
    ("restriction", "why"), [(BAN, ShareRefusal.AWAITS_RULING), (ISOLATION, ShareRefusal.ISOLATED)]
)
def test_under_a_restriction_nothing_is_queued(mapper, nav, restriction, why):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    situations.protect(mapping.person, restriction)
    with pytest.raises(Refused) as refused:
        actions.share(mapping, organisation=nav, by=mapper)
    assert refused.value.why is why
    assert not Delivery.objects.exists()


def test_a_lost_job_is_made_up_for_by_the_sweep(mapper, nav):
    mapping, delivery = shared(mapper, nav)
    situations.protect(mapping.person, BAN)
    follow_all(0)
    assert state_of(delivery) == DeliveryState.RETRACTED
    assert not Person.objects.filter(follow_since__isnull=False).exists()


# --- The leader's ruling ---


def test_what_the_leader_permits_may_be_shared_until_the_ruling_ends(client, mapper, nav):
    school = situations.an_organisation(OrganisationKind.SCHOOL)
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav, school)
    situations.protect(mapping.person, BAN)
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE])
    delivery = actions.share(mapping, organisation=nav, by=mapper)
    with pytest.raises(Refused) as refused:
        actions.share(mapping, organisation=school, by=mapper)
    assert refused.value.why is ShareRefusal.NOT_RULED
    as_partner(client, nav)
    assert client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).status_code == 200
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE], until=timezone.now())
    assert client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).status_code == 410
    reconcile_all(0)
    assert state_of(delivery) == DeliveryState.RETRACTED


def test_a_later_ruling_of_nobody_ends_what_an_earlier_one_permitted(mapper, nav):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    situations.protect(mapping.person, BAN)
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE])
    delivery = actions.share(mapping, organisation=nav, by=mapper)
    situations.a_ruling(mapping.person)
    situations.follow([mapping.person])
    assert state_of(delivery) == DeliveryState.RETRACTED


def test_other_restrictions_are_asked_about_anew_and_a_note_is_not(mapper):
    person = situations.a_person()
    situations.protect(person, BAN)
    asked = situations.a_ruling(person, [OrganisationKind.HEALTH]).about
    situations.protect(person, BAN, grade=SECRET)
    assert Person.objects.get(pk=person.pk).restricted_at == asked
    assert safeguard_of(person.pk).permits(OrganisationKind.HEALTH)
    situations.protect(person, BAN, Restriction.MEDIA_BANNED)
    assert Person.objects.get(pk=person.pk).restricted_at > asked
    assert safeguard_of(person.pk).waits
    assert not safeguard_of(person.pk).permits(OrganisationKind.HEALTH)
    with pytest.raises(Refused) as refused:
        rule_about(person, about=asked)
    assert refused.value.why is PersonRefusal.NO_QUESTION


def rule_about(person, *, about):
    leader = situations.an_account(Role.LEADER)
    tomorrow = timezone.now() + timedelta(days=1)
    return restrictions.rule(
        person, about=about, kinds=[OrganisationKind.HEALTH], reason="Nei", until=tomorrow, by=leader
    )


def test_under_isolation_nobody_can_be_permitted():
    person = situations.protect(situations.a_person(), ISOLATION)
    with pytest.raises(Refused):
        situations.a_ruling(person, list(OrganisationKind))
    assert not Ruling.objects.exists()


def test_a_ruling_is_never_changed_or_taken_away():
    person = situations.protect(situations.a_person(), BAN)
    ruling = situations.a_ruling(person)
    for statement in (
        "UPDATE people_ruling SET kinds = '[\"HELSE\"]' WHERE uuid = %s",
        "DELETE FROM people_ruling WHERE uuid = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [ruling.pk])


# --- What is in clear follows what is sealed ---


def test_a_restriction_taken_away_in_clear_is_noticed_before_anything_leaves(mapper, nav):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    situations.protect(mapping.person, BAN, grade=SECRET)
    for forged in ({"restricted_at": None}, {"address_graded": False}):
        with transaction.atomic():
            situations.forge(mapping.person, **forged)
            # As if the code fitted: what is sealed says otherwise all the same.
            code = code_of_row(Person.objects.get(pk=mapping.person_id))
            situations.forge(mapping.person, code=code)
            with pytest.raises(SealBroken):
                actions.share(mapping, organisation=nav, by=mapper)
            assert "differs" in str(list(inspect(Person).broken))
            transaction.set_rollback(True)


# --- Visits ---


def test_nobody_offers_a_visit_to_somebody_who_may_not_have_one(client, mapper, nav):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    situations.protect(mapping.person, BAN)
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE])
    delivery = actions.share(mapping, organisation=nav, by=mapper)
    as_partner(client, nav)
    shown = page(client, "sharing:summary", delivery.disclosure_id)
    assert "Vi kommer på besøk" not in shown
    assert "besøksforbud" not in shown
    visit = {"kind": PartnerAnswerKind.WILL_CONTACT, "on_day": "31.12.2026", "how": Contact.VISIT}
    assert client.post(reverse("sharing:summary", args=[delivery.disclosure_id]), visit).status_code == 422
    partner = situations.an_account(Role.PARTNER, organisation=nav)
    with pytest.raises(Refused) as refused:
        actions.answer(delivery.disclosure, kind=PartnerAnswerKind.WILL_CONTACT, how=Contact.VISIT, by=partner)
    assert refused.value.why is AnswerRefusal.WAY_NOT_OPEN
    situations.protect(mapping.person, Restriction.MEDIA_BANNED)
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE])
    assert "Vi kommer på besøk" in page(client, "sharing:summary", delivery.disclosure_id)


# --- What the officer is told ---


def test_the_person_page_and_the_preview_say_what_holds(client, mapper, nav):
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    situations.protect(mapping.person, BAN, grade=SECRET)
    client.force_login(mapper)
    addresses = [("desk:person", mapping.person_id), ("sharing:preview", mapping.pk, nav.pk)]
    for name, *args in addresses:
        shown = page(client, name, *args)
        assert "Brev- og besøksforbud: venter på lederens svar. Ingenting sendes før det." in shown
        assert "Gradert adresse." in shown
    assert "Holdes tilbake" in page(client, "desk:person", mapping.person_id)
    situations.a_ruling(mapping.person, [OrganisationKind.NAV_STATE])
    for name, *args in addresses:
        assert "Brev- og besøksforbud: bare disse kan få vite noe, til og med" in page(client, name, *args)


def test_the_mapper_is_told_each_time(mapper, nav):
    mapping, _ = shared(mapper, nav)
    for restriction in (BAN, Restriction.MEDIA_BANNED):
        situations.protect(mapping.person, restriction)
        situations.follow([mapping.person])
        notice = Notice.objects.visible_to(mapper).unseen().get()
        assert (notice.kind, notice.person_id) == (NoticeKind.PROTECTION, mapping.person_id)
        Notice.objects.change(seen_at=timezone.now())


def test_entering_and_ruling_are_events_with_the_rows_version(mapper):
    person = situations.protect(situations.a_person(), BAN, by=mapper)
    ruling = situations.a_ruling(person)
    entered = Event.objects.get(verb=Verb.RESTRICTIONS_CHANGED, subject=person.pk)
    ruled = Event.objects.get(verb=Verb.RESTRICTIONS_RULED, subject=person.pk)
    assert (entered.actor, entered.row_version) == (str(mapper.pk), person.row_version)
    assert (ruled.actor, ruled.row_version) == (str(ruling.given_by_id), 1)


def test_an_office_that_tells_where_somebody_lives_is_not_named(client, mapper, nav):
    office = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    mapping, _ = shared(mapper, office)
    client.force_login(mapper)
    addresses = [("desk:person", mapping.person_id), ("sharing:preview", mapping.pk, office.pk)]
    for name, *args in addresses:
        assert office.name in page(client, name, *args)
    situations.protect(mapping.person, grade=SECRET)
    for name, *args in addresses:
        shown = page(client, name, *args)
        assert office.name not in shown
        assert "NAV (kommunal)" in shown
