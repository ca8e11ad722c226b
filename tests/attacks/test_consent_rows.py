"""Lines C of the table of attacks: what a person has decided is forged, changed or taken away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from consent.models import Decision, DecisionAnswer, Direction, LegalBasis, Step, Text
from consent.record.covers import covered_themes
from consent.record.endings import EndCause, end_basis, end_because
from consent.texts.catalogue import hash_of
from followup.sharing.delivery.queue_status import backlog
from followup.sharing.models import DeliveryState
from tests import situations
from tests.attacks.living import KODA
from tests.attacks.sql import as_application, as_owner, check, refused

pytestmark = [pytest.mark.django_db]
FORGED = """
INSERT INTO consent_decision
    (person_id, consent_id, direction, organisation_id, recipient_kind, theme, answer, effective_at, recorded_at, until,
     code)
VALUES (%s, %s, 'DELE', %s, %s, %s, 'JA', clock_timestamp(), now(), now() + interval '1 year', sha256('x'))
"""


def forge_permit(house, person, theme=Theme.BOLIG, *, to=None):
    """With the application's own code: a decision that was never made, and whose code fits."""
    organisation = to or house.nav
    Decision.objects.create(
        person=person,
        consent=house.consent(person),
        direction=Direction.DISCLOSE,
        organisation=organisation,
        recipient_kind=organisation.kind,
        theme=theme,
        answer=DecisionAnswer.PERMIT,
        effective_at=timezone.now(),
        until=timezone.now() + timedelta(days=365),
    )
    assert theme in covered_themes(person.pk, organisation.pk)


def test_nothing_has_been_touched_and_every_check_is_content(house):
    assert [check(command) for command in ("verify_audit", "verify_consent", "verify_rows")] == ["", "", ""]


def reopen(person):
    """What shut the interview of somebody who has taken everything back is undone, row by row."""
    as_application(
        "UPDATE mapping_persongate SET shut_at = NULL, asking_shut_at = NULL WHERE person_id = %s", person.pk
    )
    as_application("UPDATE mapping_mapping SET state = 'FERDIG' WHERE person_id = %s", person.pk)


def take_away_steps(person):
    as_owner("DELETE FROM consent_step WHERE person_id = %s AND withdrawal_id IS NOT NULL", person.pk)


def test_c1_a_forged_permit_lets_nothing_leave(house):
    forge_permit(house, house.refusing)
    refused(lambda: house.share(house.refusing))
    assert "decisions differ from the document" in check("verify_consent")


def test_c1_ten_forged_permits_let_nothing_leave_for_the_case_system(house):
    for theme in Theme:
        forge_permit(house, house.refusing, theme, to=house.koda)
    refused(lambda: house.share(house.refusing, house.koda))


def test_c1_permits_that_the_database_was_given_without_the_key_cover_nothing(house):
    person, consent = house.refusing, house.consent(house.refusing)
    for theme in Theme:
        as_application(FORGED, person.pk, consent.pk, house.koda.pk, str(KODA), str(theme))
    assert covered_themes(person.pk, house.koda.pk) == {}
    assert "decision" in check("verify_audit")
    assert "decisions differ from the document" in check("verify_consent")


def test_c1_what_was_shared_before_is_not_read_under_a_forged_permit(house):
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    assert house.read(disclosure)
    forge_permit(house, house.sharing, Theme.HELSE)
    refused(lambda: house.read(disclosure))


def test_c1_the_partner_is_told_that_it_does_not_fit_and_an_event_says_so(client, house):
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    address = reverse("sharing:summary", kwargs={"disclosure": disclosure.pk})
    client.force_login(house.adviser)
    assert client.get(address).status_code == 200
    forge_permit(house, house.sharing, Theme.HELSE)
    page = client.get(address)
    assert page.status_code == 409
    assert "stemmer ikke" in page.content.decode()
    assert Event.objects.filter(verb=Verb.INTEGRITY_BROKEN, object_id=str(disclosure.pk)).exists()


def test_c1_what_waits_is_set_aside_under_a_forged_permit_and_the_operator_is_told(house):
    forge_permit(house, house.sharing, Theme.HELSE)
    assert house.send(house.sharing, house.koda) is None
    delivery = house.delivery(house.sharing, house.koda)
    assert (delivery.state, delivery.broken, delivery.attempts_made) == (DeliveryState.PARKED, True, 0)
    told = backlog(timedelta(hours=1))
    assert (told.set_aside, told.broken) == (1, 1)
    assert any("do not fit" in alarm for alarm in told.alarms(timedelta(hours=1)))


def test_c3_c7_a_permit_forged_after_a_withdrawal_lets_nothing_leave(house):
    person = house.withdrawn
    reopen(person)
    forge_permit(house, person)
    refused(lambda: house.share(person))
    assert "gate of a person: it is open after a withdrawal of everything" in check("verify_rows")
    assert "decisions differ from the document" in check("verify_consent")


def test_c2_c4_nothing_leaves_when_the_step_of_a_withdrawal_is_taken_away(house):
    person = house.withdrawn
    reopen(person)
    take_away_steps(person)
    assert covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.share(person))
    assert "withdrawal of everything: its step is gone" in check("verify_rows")


def test_c4_nothing_leaves_when_the_withdrawal_is_taken_away_and_its_event_is_left(house):
    person = house.withdrawn
    reopen(person)
    take_away_steps(person)
    as_owner("DELETE FROM consent_withdrawalreceipt WHERE person_id = %s", person.pk)
    as_owner("DELETE FROM consent_withdrawal WHERE person_id = %s", person.pk)
    refused(lambda: house.share(person))
    said = check("verify_rows")
    assert "withdrawal: its event is in the log, its row is gone" in said
    assert "receipt of a withdrawal: its event is in the log, its row is gone" in said


def test_c4_nothing_leaves_when_the_step_of_a_withdrawal_is_said_to_be_later(house):
    person = house.withdrawn
    reopen(person)
    as_owner(
        "UPDATE consent_step SET effective_at = now() + interval '9 years' WHERE person_id = %s AND withdrawal_id IS NOT NULL",
        person.pk,
    )
    assert covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.share(person))


def test_c4_nothing_leaves_when_a_withdrawal_is_undone_by_a_forged_step(house):
    person = house.withdrawn
    reopen(person)
    step = Step.objects.get(person=person, withdrawal__isnull=False)
    as_application(
        "INSERT INTO consent_step (person_id, consent_id, state, direction, cause, undoes_id, effective_at, recorded_at,"
        " actor, code) VALUES (%s, %s, 'GJELDER', '', 'x', %s, now(), now(), 'x', sha256('x'))",
        person.pk,
        house.consent(person).pk,
        step.pk,
    )
    assert covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.share(person))
    assert "withdrawal: its step is undone" in check("verify_rows")


def test_c6_nothing_leaves_when_a_part_of_a_withdrawal_is_taken_away(house):
    person = house.partly
    as_owner("DELETE FROM consent_decision WHERE person_id = %s AND withdrawal_id IS NOT NULL", person.pk)
    assert Theme.BOLIG in covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.share(person))
    assert "withdrawal: it has other parts than its event counts" in check("verify_rows")


def test_c6_nothing_leaves_when_a_no_of_the_talk_is_taken_away(house):
    person = house.sharing
    as_owner("DELETE FROM consent_decision WHERE person_id = %s AND answer = 'NEI'", person.pk)
    refused(lambda: house.share(person))
    refused(lambda: house.read(house.delivery(person, house.nav).disclosure))


def test_nothing_leaves_under_a_consent_when_a_later_no_is_taken_away_and_its_event_is_left(house):
    person, before = house.sharing, house.consent(house.sharing)
    after = situations.a_signed_consent(person, house.mapper, mapping="NEI")
    for table in ("talk", "decision", "step", "signedsheet"):
        as_owner(f"DELETE FROM consent_{table} WHERE consent_id = %s", after.pk)
    as_owner("DELETE FROM consent_step WHERE consent_id = %s AND state = 'ERSTATTET'", before.pk)
    as_owner("DELETE FROM consent_consent WHERE uuid = %s", after.pk)
    assert covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.read(house.delivery(person, house.nav).disclosure))
    assert "gone" in check("verify_consent")


def test_nothing_is_read_when_the_step_of_an_end_is_taken_away_or_an_end_is_taken_back(house):
    person, disclosure = house.sharing, house.delivery(house.sharing, house.nav).disclosure
    with transaction.atomic():
        end_because(person, cause=EndCause.STATUS_CHANGED, by=Process("test"))
        assert not covered_themes(person.pk, house.nav.pk)
        as_owner("DELETE FROM consent_step WHERE person_id = %s AND cause = 'status_changed'", person.pk)
        assert covered_themes(person.pk, house.nav.pk)
        refused(lambda: house.read(disclosure))
        assert "consent: a step that ended it is gone" in check("verify_rows")
        transaction.set_rollback(True)
    end_because(person, cause=EndCause.STATUS_CHANGED, by=Process("test"))
    step = Step.objects.get(person=person, cause=EndCause.STATUS_CHANGED)
    as_application(
        "INSERT INTO consent_step (person_id, consent_id, state, direction, cause, undoes_id, effective_at, recorded_at,"
        " actor, code) VALUES (%s, %s, 'GJELDER', '', 'status_changed', %s, now(), now(), 'x', sha256('x'))",
        person.pk,
        step.consent_id,
        step.pk,
    )
    assert covered_themes(person.pk, house.nav.pk)
    refused(lambda: house.read(disclosure))
    assert "consent: an end is taken back of which no event tells" in check("verify_rows")


def test_c8_nothing_leaves_under_a_legal_basis_whose_end_is_undone(house):
    consent = house.consent(house.sharing)
    today = timezone.localdate()
    end_basis(consent.kind, consent.legal_basis.regulation, on=today + timedelta(days=1), by=Process("test"))
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    assert house.read(disclosure)
    as_application("UPDATE consent_legalbasis SET until = NULL WHERE id = %s", consent.legal_basis_id)
    refused(lambda: house.read(disclosure))
    assert "legal basis: it is not what its file and its last event say" in check("verify_rows")


def test_c9_nothing_leaves_under_an_invented_legal_basis_that_is_called_real(house):
    consent = house.consent(house.sharing)
    as_application(
        "UPDATE consent_legalbasis SET demonstration = NOT demonstration WHERE id = %s", consent.legal_basis_id
    )
    refused(lambda: house.read(house.delivery(house.sharing, house.nav).disclosure))
    assert "legal basis: it is not what its file and its last event say" in check("verify_rows")
    assert "legal basis differs from the document" in check("verify_consent")


def test_c10_nothing_leaves_under_a_consent_with_another_legal_basis_than_was_signed(house):
    consent = house.consent(house.sharing)
    other = LegalBasis.objects.create(
        kind=consent.kind, regulation="En annen forskrift", since=consent.legal_basis.since, decided_by="x"
    )
    as_owner("UPDATE consent_consent SET legal_basis_id = %s WHERE uuid = %s", other.pk, consent.pk)
    refused(lambda: house.read(house.delivery(house.sharing, house.nav).disclosure))
    assert "legal basis differs from the document" in check("verify_consent")
    said = check("verify_rows")
    assert "consent: its legal basis is not that of its document: 1" in said
    assert str(consent.pk) in said


def test_c11_a_changed_text_does_not_have_its_hash(house):
    as_owner("UPDATE consent_text SET body = jsonb_set(body, '{title}', '\"Noe annet\"') WHERE language = 'nb'")
    assert "does not have its hash" in check("verify_consent")


def test_c12b_a_text_that_no_file_says_is_found(house):
    body = {"title": "Sier du nei, får du ikke permisjon"}
    content = {"kind": "DOMFELT", "language": "nb", "version": "2099.1", "approved": True, "body": body}
    text = Text(**content, sha256=hash_of(content))
    as_application(
        "INSERT INTO consent_text (kind, language, version, approved, body, sha256, published_at, code)"
        " VALUES ('DOMFELT', 'nb', '2099.1', true, %s, %s, now(), sha256('x'))",
        json.dumps(body),
        text.sha256,
    )
    assert check("verify_consent") == ""
    assert "text: no file says this: 1\n  DOMFELT nb 2099.1" in check("verify_rows")


def test_c14_c15_nothing_leaves_under_a_no_that_is_called_a_yes_or_an_end_that_is_later(house):
    consent = house.consent(house.sharing)
    disclosure = house.delivery(house.sharing, house.nav).disclosure
    with transaction.atomic():
        as_owner("UPDATE consent_consent SET outcome = 'GITT' WHERE uuid = %s", consent.pk)
        refused(lambda: house.read(disclosure))
        assert "outcome differs" in check("verify_consent")
        transaction.set_rollback(True)
    as_owner(
        "UPDATE consent_decision SET until = until + interval '5 years' WHERE consent_id = %s AND until IS NOT NULL",
        consent.pk,
    )
    # Rows without their codes cover nothing.
    with pytest.raises(Refused):
        house.read(disclosure)
    assert "decisions differ" in check("verify_consent")
