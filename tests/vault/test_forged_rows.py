"""What somebody with the database's password, and without the keys, gets by changing open columns: nothing, and seen."""

from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.record_names import record_name
from brik.audit.verbs import Verb
from brik.mapping.models import Section
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import gate
from brik.mapping.record.states import AreaState
from brik.people.models import Person
from brik.slips import actions as slips
from brik.slips.models import Slip
from brik.staff.models import MapperApproval, MessageKey, Organisation, Post, Role, Staff, Unit
from brik.vault import keys
from brik.vault.codes.code_inspection import coded_models, inspect_codes
from brik.vault.codes.row_codes import CodeBroken
from brik.vault.models import Key
from consent import verification
from consent.models import Decision, LegalBasis, Text
from consent.record.covers import covers, may_be_mapped
from consent.record.recipients import offered
from consent.talk.gate import why_shut
from consent.texts import catalogue as texts
from followup.desk.arrivals import intake
from followup.sharing import actions
from followup.sharing.delivery import receipts, sending
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from followup.sharing.wire import signing
from tests import situations
from tests.situations import PASSWORD, forge, forged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("test")


def check():
    """What the check command says, and whether it found something."""
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError:
        return out.getvalue()
    return ""


def found(model):
    """The ids of the rows that the check command names."""
    return {pk for pk, _ in inspect_codes(model).broken}


def unguarded(row, **columns):
    """As the owner of the tables, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        forge(row, **columns)
        cursor.execute("SET LOCAL session_replication_role = origin")


def knock(username):
    return Client().post("/logg-inn/", {"username": username, "password": PASSWORD})


def broken_events():
    return Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count()


def test_nobody_signs_in_with_a_password_that_was_written_past_us():
    account = situations.an_account()
    forge(account, password=make_password("deres-helt-eget-passord"))
    answer = Client().post("/logg-inn/", {"username": account.username, "password": "deres-helt-eget-passord"})
    assert answer.status_code == 409
    assert not Event.objects.filter(verb=Verb.LOGIN).exists()
    assert broken_events() == 1
    assert f"staff {account.pk}" in check()


def test_a_closed_account_that_was_opened_past_us_does_not_come_in():
    account = situations.an_account()
    account.is_active = False
    account.save()
    forge(account, is_active=True)
    assert knock(account.username).status_code == 409


@pytest.mark.parametrize("page", ["desk:worklist", "pages:home"])
def test_a_post_that_was_written_past_us_opens_nothing_and_is_seen(page):
    account = situations.an_account(Role.SYSTEM)
    post = forged(Post(staff=account, role=Role.CONTACT_OFFICER, unit=situations.a_unit(), since=date(2020, 1, 1)))
    client = Client()
    client.force_login(account)
    answer = client.get(reverse(page))
    assert answer.status_code == 409
    assert "stemmer ikke" in answer.content.decode()
    assert broken_events() == 1
    assert found(Post) == {str(post.pk)}


def test_a_post_whose_unit_was_changed_past_us_opens_nothing():
    agder, account = situations.a_unit("Agder fengsel"), situations.an_account()
    someone = situations.a_person(at=agder)
    forge(account.posts.get(), unit=agder)
    forge(account.approvals.get(), unit=agder)
    with pytest.raises(CodeBroken):
        Person.objects.visible_to(Staff.objects.get(pk=account.pk)).filter(pk=someone.pk).exists()


def test_an_approval_that_was_written_past_us_approves_nobody():
    account = situations.an_account(approved=False)
    approval = MapperApproval(staff=account, unit=situations.a_unit(), approved_by=account, since=date(2020, 1, 1))
    forged(approval)
    mapping = situations.an_interview(situations.an_account())
    account = Staff.objects.get(pk=account.pk)
    with pytest.raises(CodeBroken):
        actions.share(mapping, organisation=situations.an_organisation(), by=account)
    # And the page that says so asks again what may be shown: nothing.
    with pytest.raises(PermissionDenied):
        actions.share(mapping, organisation=situations.an_organisation(), by=account)
    assert found(MapperApproval) == {str(approval.pk)}


def test_a_partner_who_was_moved_to_another_organisation_past_us_reads_nothing():
    nav, school = situations.an_organisation(), situations.an_organisation("SKOLE")
    partner = situations.an_account(Role.PARTNER, organisation=school)
    delivery = situations.a_delivery(nav)
    forge(partner, organisation=nav)
    client = Client()
    client.force_login(Staff.objects.get(pk=partner.pk))
    for page in (reverse("sharing:inbox"), reverse("sharing:summary", args=[delivery.disclosure_id])):
        answer = client.get(page)
        assert answer.status_code == 409
        assert delivery.person.name not in answer.content.decode()


def test_organisations_whose_names_and_numbers_were_swapped_get_nothing():
    nav, school = situations.an_organisation(), situations.an_organisation("SKOLE")
    mapping, delivery = situations.a_shared_interview(nav)
    partner = situations.an_account(Role.PARTNER, organisation=nav)
    forge(nav, number="mens-de-byttes")
    forge(school, number=nav.number, name=nav.name)
    forge(nav, number=school.number, name=school.name)
    client = Client()
    client.force_login(partner)
    assert client.get(reverse("sharing:summary", args=[delivery.disclosure_id])).status_code == 409
    with pytest.raises(CodeBroken):
        actions.share(mapping, organisation=Organisation.objects.get(pk=nav.pk), by=situations.an_account())
    assert found(Organisation) == {str(nav.pk), str(school.pk)}


def test_an_organisation_that_was_changed_past_us_is_offered_to_nobody_and_gets_no_slip():
    someone, health = situations.a_person(), situations.an_organisation("HELSE")
    assert [offer.organisation for offer in offered(someone, registered="", actual="")] == [health]
    forge(health, name="Noen helt andre")
    with pytest.raises(CodeBroken):
        offered(someone, registered="", actual="")
    with pytest.raises(CodeBroken):
        slips.turn(someone, topics=[], by=situations.an_account())
    assert not Slip.objects.exists()


def test_a_key_that_was_given_to_an_organisation_past_us_signs_no_receipt(monkeypatch):
    koda = situations.a_case_system(public_key={"kty": "RSA", "kid": "deres-gamle", "n": "x", "e": "AQAB"})
    forge(koda, public_key={"kty": "RSA", "kid": "deres", "n": "x", "e": "AQAB"})
    monkeypatch.setattr(signing, "verify", lambda token, key_of: key_of("deres"))
    with pytest.raises(CodeBroken):
        receipts.verify(b"token")


def test_a_senders_key_that_was_written_past_us_is_not_trusted():
    forged(MessageKey(kid="deres", jwk={"kty": "RSA", "kid": "deres"}))
    with pytest.raises(CodeBroken):
        intake._key("deres")
    off = MessageKey.objects.create(kid="var", jwk={"kty": "RSA", "kid": "var"}, active=False)
    forge(off, active=True)
    with pytest.raises(CodeBroken):
        intake._key("var")


@pytest.mark.parametrize("column", ["until", "demonstration"])
def test_a_legal_basis_that_was_changed_past_us_opens_no_talk(column):
    someone = situations.a_person()
    situations.publish_texts()
    basis = LegalBasis.objects.filter(kind="DOMFELT").last() or situations.a_legal_basis()
    other = LegalBasis.objects.create(
        kind=basis.kind,
        regulation="Som er opphevet",
        since=date(2020, 1, 1),
        decided_by="Testene",
        until=timezone.localdate(),
        demonstration=True,
    )
    assert why_shut(someone) is None
    forge(other, until=None, **{} if column == "until" else {column: False})
    with pytest.raises(CodeBroken):
        why_shut(someone)
    assert f"legal_basis {other.pk}" in check()


def test_a_text_that_was_written_past_us_is_shown_to_nobody():
    situations.publish_texts()
    newest = texts.current("DOMFELT")["nb"]
    body = newest.body | {"mapping": "Den som sier nei, får ikke permisjon."}
    fake = Text(kind="DOMFELT", language="nb", version="2999.1", approved=newest.approved, body=body)
    fake.sha256 = texts.hash_of(fake)
    forged(fake)
    with pytest.raises(CodeBroken):
        texts.current("DOMFELT")
    assert found(Text) == {str(fake.pk)}


def test_a_consent_whose_key_only_says_that_it_was_destroyed_is_found():
    consent = situations.a_consent(situations.a_person())
    forge(Key.objects.filter(person=consent.person_id), destroyed_at=timezone.now())
    with keys.ring():
        assert any("does not open" in line for line in verification.differences())


def test_a_key_that_only_says_it_was_destroyed_is_found():
    someone = situations.a_person()
    log.record(Verb.PERSON_CHANGED, by=BY, subject=someone.pk, obj=someone)
    assert check() == ""
    forge(Key.objects.all(), destroyed_at=timezone.now())
    said = check()
    assert "0 shredded" in said
    assert f"person {someone.pk}: the seal is broken" in said
    assert found(Key) == {str(key.pk) for key in Key.objects.all()}


def test_a_yes_that_was_written_past_us_covers_nothing():
    nav, someone = situations.an_organisation(), situations.a_person()
    consent = situations.a_permit(someone, nav)
    assert covers(someone.pk, nav.pk, Theme.BOLIG)
    yes = Decision.objects.get(consent=consent, theme=Theme.BOLIG)
    yes.pk, yes.theme = None, Theme.ARBEID
    forged(yes)
    assert not covers(someone.pk, nav.pk, Theme.ARBEID)
    assert found(Decision) == {str(yes.pk)}


def test_a_yes_that_was_prolonged_past_us_covers_nothing():
    nav, someone = situations.an_organisation(), situations.a_person()
    consent = situations.a_permit(someone, nav)
    for decision in consent.decisions.all():
        unguarded(decision, until=timezone.now() + timedelta(days=3650))
    assert not covers(someone.pk, nav.pk, Theme.BOLIG)
    assert not may_be_mapped(someone)


@pytest.mark.parametrize("column", ["unit", "legal_status", "released_at"])
def test_a_stay_that_was_changed_past_us_is_not_acted_on(column):
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper)
    agder = situations.a_unit("Agder fengsel")
    values = {"unit": agder, "legal_status": "VARETEKT", "released_at": timezone.now() + timedelta(days=900)}
    forge(mapping.person.known_stay, **{column: values[column]})
    with pytest.raises(CodeBroken):
        gate.lock(mapping)
    with pytest.raises(CodeBroken):
        Person.objects.lock(mapping.person_id)
    other = situations.an_account(Role.CONTACT_OFFICER, at=agder if column == "unit" else None)
    client = Client()
    client.force_login(other)
    assert client.get(reverse("desk:person", args=[mapping.person_id])).status_code == 409


def test_a_gate_that_was_opened_past_us_lets_nothing_be_written():
    mapper = situations.an_account()
    mapping = situations.an_interview(mapper)
    situations.take_everything_back(mapping.person)
    forge(mapping, gate_open=True, state="UTKAST", closed_at=None)
    models.QuerySet(type(mapping.person.gate)).filter(pk=mapping.person_id).update(shut_at=None, asking_shut_at=None)
    with pytest.raises(CodeBroken):
        gate.lock(mapping)
    client = Client()
    client.force_login(mapper)
    assert client.get(reverse("mapping:hub", args=[mapping.pk])).status_code == 409


def test_an_area_that_was_made_to_say_not_asked_past_us_is_not_left_out_silently():
    nav, mapper = situations.an_organisation(), situations.an_account()
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, nav)
    forge(Section.objects.filter(mapping=mapping), state=AreaState.NOT_STARTED)
    with pytest.raises(CodeBroken):
        actions.share(mapping, organisation=nav, by=mapper)
    client = Client()
    client.force_login(mapper)
    assert client.get(reverse("mapping:read", args=[mapping.pk])).status_code == 409


def test_a_delivery_that_was_turned_to_another_recipient_past_us_is_set_aside():
    koda = situations.a_case_system()
    other = situations.a_case_system()
    delivery = situations.a_delivery(koda)
    forge(delivery, organisation=other)
    assert sending.begin(delivery.person_id, other.pk, by=BY) is None
    delivery = Delivery.objects.get(pk=delivery.pk)
    assert (delivery.state, delivery.broken, delivery.attempts_made) == (DeliveryState.PARKED, True, 0)
    assert broken_events() == 1


def test_attempts_that_were_forgotten_past_us_do_not_keep_the_retraction_back():
    koda = situations.a_case_system()
    mapping, delivery = situations.a_shared_interview(koda)
    assert sending.begin(delivery.person_id, koda.pk, by=BY) is not None
    forge(delivery, attempts_made=0, state=DeliveryState.QUEUED)
    situations.take_everything_back(mapping.person)
    retraction = Delivery.objects.get(kind=DeliveryKind.RETRACTION)
    assert retraction.retracts == delivery
    assert broken_events() == 1


def test_a_retraction_whose_row_was_changed_past_us_goes_all_the_same():
    koda = situations.a_case_system()
    mapping, delivery = situations.a_shared_interview(koda)
    sending.begin(delivery.person_id, koda.pk, by=BY)
    situations.take_everything_back(mapping.person)
    retraction = Delivery.objects.get(kind=DeliveryKind.RETRACTION)
    forge(retraction, created_at=timezone.now() - timedelta(days=9))
    outgoing = sending.begin(delivery.person_id, koda.pk, by=BY)
    assert outgoing.message_id == retraction.message_id
    assert broken_events() == 1


def test_an_event_that_was_written_past_us_is_found():
    event = Event(verb=Verb.PERSON_READ, actor=str(uuid4()), subject=uuid4())
    forged(event)
    assert found(Event) == {str(event.pk)}
    assert f"event {event.pk}" in check()


def test_every_coded_table_is_checked():
    situations.a_delivery(situations.an_organisation())
    unit = Unit.objects.get(name="Oslo fengsel")
    forge(unit, name="Et annet sted")
    said = check()
    assert f"unit {unit.pk}: an open column is not what was saved here" in said
    for model in coded_models():
        assert f"codes of {record_name(model)}: " in said
    assert "Et annet sted" not in said
