"""Nothing leaves without a sealed disclosure, and only what is permitted leaves."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from brik.audit import log
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import sections
from brik.pages.refusal import Refused
from brik.people.legal_status import LegalStatus
from brik.people.models import Identifier, Person
from brik.people.protection import AddressGrade
from brik.staff.models import Channel, OrganisationKind, Role
from brik.vault.codes.coded_models import CodedModel, proved
from brik.vault.fields import sealed_fields
from brik.vault.sealing import SealBroken
from consent.models import DecisionAnswer
from followup.sharing import actions
from followup.sharing.delivery import queue
from followup.sharing.disclosure import composition
from followup.sharing.disclosure.refusals import ShareRefusal
from followup.sharing.models import Delivery, DeliveryState, Disclosure
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


def refusal(why):
    return pytest.raises(Refused, match=f"^{why.name}$")


def message_of(delivery):
    return json.loads(delivery.disclosure.payload.open())


def answers_in(message):
    return {answer["linkId"] for area in message["omraader"] for answer in area["svar"]}


def test_sharing_seals_the_decision_queues_the_message_and_wakes_the_worker(mapper):
    mapping, delivery = situations.a_shared_interview(by=mapper)
    disclosure = delivery.disclosure
    assert (delivery.state, disclosure.person_id) == (DeliveryState.QUEUED, mapping.person_id)
    disclosure.demand_hash(disclosure.payload.open())
    assert disclosure.content.open()["fields"] == ["C1", "C3a", "C4a"]
    assert disclosure.themes == ["BOLIG"]
    assert len(disclosure.decisions) == 1
    assert ProcrastinateJob.objects.get(args__person=str(mapping.person_id)).task_name == queue.DELIVER
    assert Event.objects.filter(verb=Verb.DISCLOSED, subject=mapping.person_id, actor=str(mapper.pk)).count() == 1


def test_a_share_that_is_undone_leaves_no_job_behind(mapper):
    before = ProcrastinateJob.objects.count()
    with transaction.atomic():
        situations.a_shared_interview(by=mapper)
        assert ProcrastinateJob.objects.count() == before + 1
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.count() == before


def test_the_message_names_the_consent_its_purpose_and_what_it_must_not_be_used_for():
    mapping, delivery = situations.a_shared_interview()
    message = message_of(delivery)
    assert message["meldingsId"] == str(delivery.message_id)
    assert message["hendelseId"] == str(mapping.pk)
    assert message["samtykke"]["omfang"] == ["BOLIG"]
    assert message["samtykke"]["spraak"] == "nob"
    assert message["bruksbegrensning"] == "ikke for permisjon, overføring eller løslatelse"
    assert message["formaal"]
    assert message["person"]["identType"] == "FOEDSELSNUMMER"


def test_of_somebody_on_remand_it_must_not_be_used_to_decide_how_they_are_held(mapper):
    person = situations.a_person(status=LegalStatus.REMAND, at=mapper.current_posts[0].unit)
    mapping, form = situations.an_interview(mapper, person), catalogue.get("varetekt")
    answers = {"VC2a": stored(form.question("VC2a"), "USIKKERT", language="nb")}
    sections.save_section(mapping, area="VC", answers=answers, version=0, by=mapper)
    recipient = situations.a_case_system()
    situations.a_permit(person, recipient)
    delivery = actions.share(interview.sign_off(mapping, by=mapper), organisation=recipient, by=mapper)
    limitation = "ikke for avgjørelser om hvordan personen har det i varetekt"
    assert message_of(delivery)["bruksbegrensning"] == limitation


@pytest.mark.parametrize("permitted", [[Theme.BOLIG], [Theme.BOLIG, Theme.RUS], list(Theme)])
def test_the_message_is_the_same_whether_what_has_no_answer_was_permitted_or_refused(mapper, permitted):
    """Those who decide read the case system: from all that is permitted they would read what was refused."""
    mapping, recipient = situations.a_signed_off_interview(mapper), situations.a_case_system()
    consent = situations.a_permit(mapping.person, recipient, themes=permitted)
    delivery = actions.share(mapping, organisation=recipient, by=mapper)
    message = message_of(delivery)
    assert message["samtykke"]["omfang"] == ["BOLIG"]
    assert delivery.disclosure.themes == ["BOLIG"]
    assert delivery.disclosure.decisions == [consent.decisions.get(theme="BOLIG").pk]


def test_the_last_day_of_a_message_does_not_tell_of_a_theme_that_is_not_in_it(mapper):
    mapping, recipient = situations.a_signed_off_interview(mapper), situations.a_case_system()
    yes = {(recipient, theme): DecisionAnswer.PERMIT for theme in (Theme.BOLIG, Theme.RUS)}
    consent = situations.a_consent(mapping.person, answers=yes, ends={Theme.RUS: timezone.now() + timedelta(days=9)})
    drugs, housing = consent.decisions.get(theme="RUS"), consent.decisions.get(theme="BOLIG")
    assert drugs.until < housing.until
    message = message_of(actions.share(mapping, organisation=recipient, by=mapper))
    last = timezone.localdate(housing.until - timedelta(seconds=1))
    assert message["samtykke"]["gjelderTil"] == last.isoformat()


def test_only_permitted_themes_leave_and_nothing_tells_that_there_were_others(mapper):
    mapping = situations.a_signed_off_interview(mapper)
    koda = situations.a_case_system()
    situations.a_consent(
        mapping.person, answers={(koda, Theme.RUS): DecisionAnswer.PERMIT, (koda, Theme.BOLIG): DecisionAnswer.DENY}
    )
    with refusal(ShareRefusal.NOTHING_TO_SAY):
        actions.share(mapping, organisation=koda, by=mapper)
    situations.a_permit(mapping.person, koda, themes=(Theme.BOLIG, Theme.RUS))
    message = message_of(actions.share(mapping, organisation=koda, by=mapper))
    assert [area["kode"] for area in message["omraader"]] == ["C"]


def test_a_partner_gets_only_the_questions_meant_for_it(mapper):
    mapping = situations.a_signed_off_interview(mapper)
    nav, probation = situations.an_organisation(), situations.an_organisation(OrganisationKind.PROBATION)
    situations.a_permit(mapping.person, nav, probation)
    assert answers_in(message_of(actions.share(mapping, organisation=nav, by=mapper))) == {"C3a", "C4a"}
    assert answers_in(message_of(actions.share(mapping, organisation=probation, by=mapper))) == {"C1"}


def test_that_somebody_would_not_answer_never_leaves():
    delivery = situations.a_delivery(C1="VIL_IKKE_SVARE", C3a="JA")
    assert answers_in(message_of(delivery)) == {"C3a"}


def test_not_knowing_is_an_answer_and_leaves():
    delivery = situations.a_delivery(C1="VET_IKKE")
    assert message_of(delivery)["omraader"][0]["svar"][0]["vist"] == ["Vet ikke"]


def test_no_place_of_a_person_with_a_graded_address_leaves(mapper):
    mapping, koda = (
        situations.a_signed_off_interview(mapper, area="B", B5="0301", B7a="ANNET_LAND"),
        situations.a_case_system(),
    )
    situations.a_permit(mapping.person, koda, themes=(Theme.PRAKTISK,))
    assert "B5" in answers_in(message_of(actions.share(mapping, organisation=koda, by=mapper)))
    situations.protect(mapping.person, grade=AddressGrade.CONFIDENTIAL, by=mapper)
    assert "B5" not in answers_in(message_of(actions.share(mapping, organisation=koda, by=mapper)))


def test_without_consent_nothing_is_shared_and_nothing_changes(mapper):
    mapping = situations.a_signed_off_interview(mapper)
    with refusal(ShareRefusal.NOT_COVERED):
        actions.share(mapping, organisation=situations.a_case_system(), by=mapper)
    assert not Disclosure.objects.exists()
    assert not Delivery.objects.exists()


def test_a_consent_that_has_run_out_shares_nothing(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda, until=timezone.now() - timedelta(seconds=1))
    with refusal(ShareRefusal.NOT_COVERED):
        actions.share(mapping, organisation=koda, by=mapper)


def test_a_recipient_without_a_channel_gets_nothing(mapper):
    mapping, school = (
        situations.a_signed_off_interview(mapper),
        situations.an_organisation(OrganisationKind.SCHOOL, channel=Channel.NONE),
    )
    situations.a_permit(mapping.person, school)
    with refusal(ShareRefusal.NO_CHANNEL):
        actions.share(mapping, organisation=school, by=mapper)


def test_messages_go_to_the_case_system_and_to_nobody_else(mapper):
    mapping, nav = situations.a_signed_off_interview(mapper), situations.an_organisation(channel=Channel.MESSAGE)
    situations.a_permit(mapping.person, nav)
    with refusal(ShareRefusal.NO_CHANNEL):
        actions.share(mapping, organisation=nav, by=mapper)


def test_an_interview_that_is_not_signed_off_is_not_shared(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    draft = interview.correct(mapping, reason="feil kommune", by=mapper)
    with refusal(ShareRefusal.NOT_FINAL):
        actions.share(draft, organisation=koda, by=mapper)


def test_an_edition_that_was_corrected_since_is_not_shared(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    interview.sign_off(interview.correct(mapping, reason="feil kommune", by=mapper), by=mapper)
    with refusal(ShareRefusal.NOT_FINAL):
        actions.share(mapping, organisation=koda, by=mapper)


def test_the_case_system_needs_a_number_to_know_the_person_by(mapper):
    nobody_knows = situations.a_person(at=mapper.current_posts[0].unit, born=None)
    mapping, koda = situations.a_signed_off_interview(mapper, nobody_knows), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    with refusal(ShareRefusal.NO_NUMBER):
        actions.share(mapping, organisation=koda, by=mapper)


def test_only_an_approved_mapper_of_the_unit_shares(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    others = [
        situations.an_account(Role.CONTACT_OFFICER),
        situations.an_account(Role.MAPPER, approved=False),
        situations.an_account(Role.MAPPER, at=situations.a_unit("Agder fengsel")),
        situations.an_account(Role.LEADER),
        situations.an_account(Role.PARTNER, organisation=koda),
    ]
    for other in others:
        with pytest.raises(PermissionDenied):
            actions.share(mapping, organisation=koda, by=other)


def test_a_correction_names_the_message_it_replaces(mapper):
    mapping, first = situations.a_shared_interview(by=mapper)
    new = interview.correct(mapping, reason="feil svar", by=mapper)
    new = interview.sign_off(new, by=mapper)
    second = actions.share(new, organisation=first.organisation, by=mapper)
    assert message_of(first)["erstatter"] is None
    assert message_of(second)["erstatter"] == str(first.message_id)
    assert second.disclosure.replaces_id == first.disclosure_id


def test_sharing_what_was_seen_twice_is_sharing_once(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    draft = composition.compose(
        mapping,
        organisation=koda,
        own_ticks=frozenset(),
        free_text=frozenset(),
        message_id=uuid4(),
        created_at=timezone.now(),
        contact=mapper.name,
    )
    seen = actions.PreviewSeen(draft.message_id, draft.created_at, draft.sha256)
    one = actions.share(mapping, organisation=koda, seen=seen, by=mapper)
    two = actions.share(mapping, organisation=koda, seen=seen, by=mapper)
    assert one.pk == two.pk
    assert one.disclosure.payload.open() == draft.payload


def test_what_was_not_seen_is_not_shared(mapper):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    seen = actions.PreviewSeen(uuid4(), timezone.now(), "0" * 64)
    with refusal(ShareRefusal.CHANGED):
        actions.share(mapping, organisation=koda, seen=seen, by=mapper)
    assert not Delivery.objects.exists()


def section_of(mapping):
    return mapping.sections.get(), "answers"


def itself(mapping):
    return Mapping.objects.get(pk=mapping.pk), "sources"


def number_of(mapping):
    return Identifier.objects.get(person=mapping.person), "number"


def person_of(mapping):
    return Person.objects.get(pk=mapping.person_id), "identity"


@pytest.mark.parametrize("row_of", [section_of, itself, number_of, person_of])
def test_an_older_whole_row_put_back_is_refused_before_disclosure(mapper, row_of):
    mapping, koda = situations.a_signed_off_interview(mapper), situations.a_case_system()
    situations.a_permit(mapping.person, koda)
    row, field = row_of(mapping)
    sealed, table = [column.column for column in sealed_fields(row)], row._meta.db_table
    columns = ["row_version", *sealed, *(["code"] if isinstance(row, CodedModel) else [])]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE uuid = %s", [row.pk])
        older = cursor.fetchone()
    setattr(row, field, getattr(row, field).open())
    row.save()
    log.record(Verb.PERSON_CHANGED, by=mapper, subject=mapping.person_id, obj=row)
    with connection.cursor() as cursor:
        put_back = ", ".join(f"{column} = %s" for column in columns)
        cursor.execute(f"UPDATE {table} SET {put_back} WHERE uuid = %s", [*older, row.pk])
    # The seals fit, of every column, and the code: only the log knows.
    found = proved([row_of(mapping)[0]])[0]
    assert all(value is None or value.open() is not None for value in (getattr(found, name) for name in sealed))
    with pytest.raises(SealBroken):
        actions.share(mapping, organisation=koda, by=mapper)
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("table", ["sharing_disclosure"])
def test_a_disclosure_is_never_changed_or_removed(table):
    situations.a_shared_interview()
    for change in (f"UPDATE {table} SET purpose = ''", f"DELETE FROM {table}"):
        with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
