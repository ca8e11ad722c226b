"""Whom people in custody are asked about, and whose receipts are believed, no keeper decides alone."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc.jwk import RSAKey

from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MessageKey, Organisation, Proposal, ProposalState, Role, Staff
from brik.staff.rules import NotAllowed
from tests import situations
from tests.pages.unsaved.browsing import form_on, words_on

pytestmark = pytest.mark.django_db
CHANGES = {
    "name": "Bergen voksenopplæring",
    "channel": "INGEN",
    "municipality": "4601",
    "units": [],
    "legal_basis": "En annen lov",
    "legal_basis_until": "01.01.2031",
    "contact": "22 00 00 00",
    "retention_months": "24",
    "active": "",
}

NEW = {
    "number": "310000088",
    "kind": "SKOLE",
    "name": "Prøveskolen",
    "channel": "INNBOKS",
    "legal_basis": "En lov",
    "contact": "post@skolen.example",
    "retention_months": "12",
    "active": "on",
}


@pytest.fixture
def system(client):
    staff = situations.an_account(Role.SYSTEM)
    client.force_login(staff)
    return staff


@pytest.fixture
def second():
    return situations.an_account(Role.SYSTEM)


@pytest.fixture
def school():
    made = situations.an_organisation("SKOLE", number="310000099", name="Oslo voksenopplæring", municipality="0301")
    made.units.set([situations.a_unit("Oslo fengsel")])
    return made


def form(organisation, **other):
    """What the page of an organisation sends when nothing is changed on it."""
    names = ("name", "channel", "municipality", "legal_basis", "legal_basis_until", "contact", "retention_months")
    told = {name: str(getattr(organisation, name) or "") for name in names}
    if organisation.legal_basis_until:
        told["legal_basis_until"] = organisation.legal_basis_until.strftime("%d.%m.%Y")
    told |= {"active": "on" if organisation.active else ""}
    key = json.dumps(organisation.public_key) if organisation.public_key else ""
    return told | {"units": [str(unit.pk) for unit in organisation.units.all()], "public_key": key} | other


def state(organisation):
    fresh = Organisation.objects.get(pk=organisation.pk)
    return form(fresh)


def jwk(key=None, **more):
    key = key or RSAKey.generate_key(2048)
    return key.as_dict(private=False) | {"kid": key.thumbprint()} | more


def believe(organisation, key):
    Organisation.objects.filter(pk=organisation.pk).change(public_key=key)


@pytest.mark.parametrize("field", CHANGES)
def test_nothing_of_an_organisation_changes_before_another_has_confirmed_it(client, system, second, school, field):
    before = state(school)
    sent = client.post(f"/organisasjoner/{school.pk}/", form(school, **{field: CHANGES[field]}))
    assert sent.headers["Location"] == "/til-bekreftelse/"
    assert state(school) == before
    proposal = Proposal.objects.waiting().get()
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=system)
    assert state(school) == before
    four_eyes.confirm(proposal, by=second)
    assert state(school) == before | {field: CHANGES[field]}


def test_a_recipient_in_use_gets_no_legal_basis_that_has_ended_already(client, system, school):
    yesterday = (timezone.localdate() - timedelta(days=1)).strftime("%d.%m.%Y")
    sent = client.post(f"/organisasjoner/{school.pk}/", form(school, legal_basis_until=yesterday))
    assert sent.status_code == 422
    assert "Dagen er gått." in sent.content.decode()
    assert not Proposal.objects.waiting().exists()
    out_of_use = form(school, legal_basis_until=yesterday, active="")
    assert client.post(f"/organisasjoner/{school.pk}/", out_of_use).status_code == 302


def test_the_second_person_sees_what_it_was_and_what_it_would_be(client, system, second, school):
    client.post(f"/organisasjoner/{school.pk}/", form(school, name="Bergen voksenopplæring", units=[]))
    client.force_login(second)
    page = client.get("/til-bekreftelse/").content.decode()
    assert "Navn: fra «Oslo voksenopplæring» til «Bergen voksenopplæring»" in page
    assert "Enheter den betjener: fra «Oslo fengsel» til «alle»" in page
    assert "Kommunenummer: 0301" in page
    assert "Oslo voksenopplæring (310000099), Skolen i fengselet" in page
    client.post(f"/til-bekreftelse/{Proposal.objects.get().pk}/", {"answer": "bekreft"})
    decided = client.get("/til-bekreftelse/").content.decode()
    assert "Navn: fra «Oslo voksenopplæring» til «Bergen voksenopplæring»" in decided


def test_what_is_sent_unchanged_waits_for_nobody(client, system, school):
    sent = client.post(f"/organisasjoner/{school.pk}/", form(school))
    assert sent.headers["Location"] == "/organisasjoner/"
    assert not Proposal.objects.exists()


def test_its_page_says_what_waits(client, system, school):
    client.post(f"/organisasjoner/{school.pk}/", form(school, name="Bergen voksenopplæring"))
    assert "fra «Oslo voksenopplæring» til «Bergen" in client.get(f"/organisasjoner/{school.pk}/").content.decode()


def test_a_change_typed_before_another_was_made_comes_back_with_what_stands(client, system, second, school):
    address = f"/organisasjoner/{school.pk}/"
    opened = form_on(client.get(address))[1]
    school.legal_basis = "En ny hjemmel"
    school.save()
    wrong = client.post(address, {**form(school, name=""), **opened})
    assert wrong.status_code == 422
    typed = form(school, name="Bergen voksenopplæring")
    answer = client.post(address, {**typed, **form_on(wrong)[1]})
    assert answer.status_code == 409
    page = words_on(answer)
    assert "Noen andre har endret dette" in page
    assert "En ny hjemmel" in page
    assert 'value="Bergen voksenopplæring"' in answer.content.decode()
    assert not Proposal.objects.exists()
    assert client.post(address, {**typed, **form_on(answer)[1]}).status_code == 302
    assert Proposal.objects.exists()


def test_a_change_typed_before_another_was_proposed_comes_back_too(client, system, second, school):
    address = f"/organisasjoner/{school.pk}/"
    opened = form_on(client.get(address))[1]
    client.post(address, form(school, name="Bergen voksenopplæring"))
    answer = client.post(address, {**form(school, name="Hamar voksenopplæring"), **opened})
    assert answer.status_code == 409
    assert "fra «Oslo voksenopplæring» til «Bergen" in words_on(answer)


def test_a_new_organisation_is_not_in_use_before_another_has_confirmed_it(client, system, second):
    told = NEW
    assert client.post("/organisasjoner/ny/", told).headers["Location"] == "/til-bekreftelse/"
    made = Organisation.objects.get()
    assert (made.active, made.can_be_reached) == (False, False)
    proposal = Proposal.objects.waiting().get()
    assert proposal.what == "Kan velges i nye samtykker: fra «Nei» til «Ja»"
    for words in ("Prøveskolen", "Innboksen i BRIK", "alle", "Oppbevarer det den får, i måneder: 12"):
        assert words in proposal.besides
    four_eyes.confirm(proposal, by=second)
    made.refresh_from_db()
    assert made.active


def test_what_was_proposed_of_an_organisation_as_it_no_longer_is_is_not_confirmed(client, system, second, school):
    client.post(f"/organisasjoner/{school.pk}/", form(school, name="Bergen voksenopplæring"))
    Organisation.objects.filter(pk=school.pk).change(municipality="4601")
    with pytest.raises(NotAllowed, match="endret etter"):
        four_eyes.confirm(Proposal.objects.get(), by=second)
    assert state(school)["name"] == "Oslo voksenopplæring"


def test_of_two_changes_of_an_organisation_only_the_newer_may_be_confirmed(client, system, second, school):
    for name in ("Første", "Andre"):
        client.post(f"/organisasjoner/{school.pk}/", form(school, name=name))
    older = Proposal.objects.get(state=ProposalState.TURNED_DOWN)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(older, by=second)
    four_eyes.confirm(Proposal.objects.waiting().get(), by=second)
    assert state(school)["name"] == "Andre"


@pytest.mark.parametrize("fixed", [{"number": "310000001"}, {"kind": "HELSE"}])
def test_the_number_and_kind_of_an_organisation_stay_as_they_are(system, school, fixed):
    with pytest.raises(NotAllowed, match="Nummer og slag"):
        four_eyes.save_organisation(school, units=[], public_key=None, by=system, **fixed)


def test_nobody_but_a_keeper_proposes_a_change(school):
    leader = situations.an_account(Role.LEADER)
    with pytest.raises(PermissionDenied):
        four_eyes.save_organisation(school, units=[], public_key=None, name="X", by=leader)


# --- What a recipient in use must have --------------------------------------------------------------------------------

LACKING = {
    "legal_basis": "Skriv hjemmelen. En mottaker uten hjemmel kan ikke velges i samtykker.",
    "contact": "Skriv hvem vi ringer eller skriver til når noe trekkes tilbake.",
    "retention_months": "Skriv hvor mange måneder mottakeren oppbevarer det den får.",
}


@pytest.mark.parametrize(
    ("field", "empty"), [*((field, "") for field in LACKING), ("legal_basis", "  "), ("contact", "  ")]
)
def test_a_recipient_in_use_without_basis_contact_or_retention_is_refused_at_the_field(client, system, field, empty):
    sent = client.post("/organisasjoner/ny/", NEW | {field: empty})
    assert sent.status_code == 422
    assert LACKING[field] in words_on(sent)
    assert f'href="#id_{field}"' in sent.content.decode()
    assert not Organisation.objects.exists()
    assert client.post("/organisasjoner/ny/", NEW | {field: empty, "active": ""}).status_code == 302
    assert not Organisation.objects.get().active


@pytest.mark.parametrize("field", LACKING)
def test_a_proposal_that_would_leave_one_in_use_incomplete_can_be_neither_made_nor_confirmed(
    system, second, school, field
):
    empty: dict[str, Any] = {field: None if field == "retention_months" else ""}
    with pytest.raises(NotAllowed, match=re.escape(LACKING[field])):
        four_eyes.save_organisation(school, units=[], public_key=None, by=system, **empty)
    (proposal,) = four_eyes.save_organisation(school, units=[], public_key=None, name="Nytt navn", by=system)
    proposal.content["after"][field] = ""
    Proposal.objects.filter(pk=proposal.pk).change(content=proposal.content)
    with pytest.raises(NotAllowed, match=re.escape(LACKING[field])):
        four_eyes.confirm(Proposal.objects.get(), by=second)


@pytest.mark.parametrize(
    "lacking",
    [
        {"legal_basis": ""},
        {"legal_basis": " "},
        {"contact": ""},
        {"contact": " "},
        {"retention_months": None},
        {"retention_months": 0},
    ],
)
def test_the_database_itself_keeps_a_recipient_in_use_complete(school, lacking):
    with pytest.raises(IntegrityError, match="active_organisation_is_complete"), transaction.atomic():
        Organisation.objects.filter(pk=school.pk).change(**lacking)
    Organisation.objects.filter(pk=school.pk).change(active=False, **lacking)
    with pytest.raises(IntegrityError, match="active_organisation_is_complete"), transaction.atomic():
        Organisation.objects.filter(pk=school.pk).change(active=True)


def test_the_check_names_how_many_in_use_have_a_basis_that_has_ended(school):
    Organisation.objects.filter(pk=school.pk).change(legal_basis_until=timezone.localdate())
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert [(message.id, "Oslo voksenopplæring" in message.msg) for message in found] == [("staff.W010", False)]


# --- Whom an account would read the messages of ----------------------------------------------------------------------


def test_the_second_person_sees_the_organisation_of_a_partner_account(client, system, second):
    health = situations.an_organisation(number="310000077", name="Helsetjenesten i Prøveby", kind="HELSE")
    account = Staff.objects.create(username="ola.nav2", name="Ola NAV", organisation=health)
    proposal = four_eyes.propose_post(account, role=Role.PARTNER, unit=None, since=timezone.localdate(), by=system)
    client.force_login(second)
    page = client.get("/til-bekreftelse/").content.decode()
    # In the cell, and in the names of both buttons.
    assert page.count("Ola NAV (ola.nav2), Helsetjenesten i Prøveby") == 3
    four_eyes.confirm(proposal, by=second)
    assert "Ola NAV (ola.nav2), Helsetjenesten i Prøveby" in client.get("/til-bekreftelse/").content.decode()


# --- Whose signature it is -------------------------------------------------------------------------------------------


def test_a_key_of_an_organisation_without_an_id_is_refused_in_a_sentence(client, system, school):
    nameless = jwk()
    del nameless["kid"]
    sent = client.post(f"/organisasjoner/{school.pk}/", form(school, public_key=json.dumps(nameless)))
    assert sent.status_code == 422
    assert "ingen nøkkel-id (kid)" in sent.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("same", ["id", "key"])
@pytest.mark.parametrize("held_by", ["organisation", "sender"])
def test_a_key_or_id_that_is_anothers_is_refused(client, system, second, school, same, held_by):
    key = RSAKey.generate_key(2048)
    held = jwk(key, kid="k1")
    meant = jwk(kid="k1") if same == "id" else jwk(key, kid="k2")
    health = situations.an_organisation(number="310000077", name="Helsetjenesten i Prøveby", kind="HELSE")
    early = four_eyes.propose_organisation_key(school, jwk=meant, by=system)
    if held_by == "organisation":
        believe(health, held)
    else:
        MessageKey.objects.create(kid="k1", sender="Helsetjenesten i Prøveby", jwk=held)
    sent = client.post(f"/organisasjoner/{school.pk}/", form(school, name="Nytt", public_key=json.dumps(meant)))
    assert sent.status_code == 422
    assert "i bruk fra før, av Helsetjenesten i Prøveby" in sent.content.decode()
    assert list(Proposal.objects.waiting()) == [early]
    with pytest.raises(NotAllowed, match="i bruk fra før"):
        four_eyes.confirm(early, by=second)
    with pytest.raises(NotAllowed):
        four_eyes.propose_key(kid=meant["kid"], sender="POLITIET", jwk=meant, by=system)


def test_a_senders_key_that_is_trusted_no_longer_may_become_anothers(system, second, school):
    held = jwk()
    key = MessageKey.objects.create(kid=held["kid"], sender="X", jwk=held)
    four_eyes.distrust_key(key, by=second)
    four_eyes.confirm(four_eyes.propose_organisation_key(school, jwk=held, by=system), by=second)
    with pytest.raises(NotAllowed, match="Oslo voksenopplæring"):
        four_eyes.propose_key(kid=held["kid"], sender="X", jwk=held, by=second)


def test_the_database_itself_keeps_an_id_to_one_organisation(school):
    believe(school, jwk(kid="k1"))
    with pytest.raises(IntegrityError, match="organisation_key_id"), transaction.atomic():
        situations.an_organisation(number="310000077", name="X", kind="HELSE", public_key=jwk(kid="k1"))
