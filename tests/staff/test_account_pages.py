"""The system keeper's pages: accounts, posts, organisations and keys; no page shows a person in custody."""

import json
from base64 import urlsafe_b64encode

import pytest
from joserfc.jwk import ECKey, RSAKey

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.message_keys import public_rsa_key
from brik.staff.models import MessageKey, Organisation, Post, Proposal, Role, Staff
from tests import situations

pytestmark = [pytest.mark.django_db]
GOOD = "et-helt-annet-langt-passord"


@pytest.fixture
def system(client):
    staff = situations.an_account(Role.SYSTEM)
    client.force_login(staff)
    return staff


def new(**other):
    return {"username": "ny.ansatt", "name": "Ny Ansatt", "organisation": "", "password": GOOD, **other}


def partner_organisation():
    return situations.an_organisation(number="310000099", name="NAV Prøve", kind="NAV_STAT")


def test_an_account_is_made_and_may_do_nothing_until_it_has_a_post(client, system):
    answer = client.post("/kontoer/ny/", new())
    account = Staff.objects.get(username="ny.ansatt")
    assert answer.headers["Location"] == f"/kontoer/{account.pk}/"
    assert account.check_password(GOOD)
    assert not account.posts.exists()
    assert Event.objects.filter(verb=Verb.STAFF_CHANGED, object_id=str(account.pk)).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "Stor Bokstav", "små bokstaver"),
        ("password", "kort", "12 tegn"),
        ("name", "", "Skriv navnet"),
        ("organisation", "999", "Velg et av svarene"),
    ],
)
def test_a_wrong_account_is_refused_at_the_field(client, system, field, value, sentence):
    answer = client.post("/kontoer/ny/", new(**{field: value}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Staff.objects.filter(username="ny.ansatt").exists()


def test_a_user_name_is_used_once(client, system):
    client.post("/kontoer/ny/", new())
    assert "er i bruk" in client.post("/kontoer/ny/", new()).content.decode()


def confirmed(client):
    """Let a second keeper confirm all that waits, on the page; then the first goes on."""
    first = client.session["_auth_user_id"]
    client.force_login(situations.an_account(Role.SYSTEM))
    for proposal in Proposal.objects.waiting():
        assert client.post(f"/til-bekreftelse/{proposal.pk}/", {"answer": "bekreft"}).status_code == 302
    client.force_login(Staff.objects.get(pk=first))


def test_a_post_is_given_from_and_to_and_ended(client, system):
    account = situations.an_account(Role.CONTACT_OFFICER)
    unit = situations.a_unit("Agder fengsel")
    told = {"role": "kartlegger", "unit": str(unit.pk), "since": "1.1.2026", "until": "1.1.2099"}
    assert client.post(f"/kontoer/{account.pk}/", told).status_code == 302
    assert not account.posts.filter(role=Role.MAPPER).exists()
    assert "Venter på at en annen bekrefter" in client.get(f"/kontoer/{account.pk}/").content.decode()
    confirmed(client)
    post = account.posts.get(role=Role.MAPPER)
    assert (post.unit, post.since.isoformat(), post.until.isoformat()) == (unit, "2026-01-01", "2099-01-02")
    assert "1.1.2099" in client.get(f"/kontoer/{account.pk}/").content.decode()
    assert client.post(f"/kontoer/{account.pk}/stilling/{post.pk}/avslutt/").status_code == 302
    assert not account.posts.current().filter(role=Role.MAPPER).exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"role": "beslutter", "unit": "own"}, "beslutter"),
        ({"role": "kartlegger", "unit": ""}, "Velg enhet"),
        ({"role": "partner"}, "organisasjon"),
        ({"role": "konge"}, "Velg et av svarene"),
        ({"role": "system", "until": "1.1.2001"}, "ikke være før første dag"),
    ],
)
def test_a_post_that_cannot_be_held_is_refused(client, system, told, sentence):
    account = situations.an_account(Role.MAPPER, at=situations.a_unit())
    if told.get("unit") == "own":
        told = {**told, "unit": str(situations.a_unit().pk)}
    answer = client.post(f"/kontoer/{account.pk}/", {"since": "1.1.2026", **told})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert account.posts.count() == 1


def test_a_partner_belongs_to_an_organisation_and_nobody_else_does(client, system):
    partner = situations.an_account(Role.PARTNER, organisation=partner_organisation())
    told = {"role": "kontaktbetjent", "unit": str(situations.a_unit().pk), "since": "1.1.2026"}
    assert client.post(f"/kontoer/{partner.pk}/", told).status_code == 422
    assert client.post(f"/kontoer/{partner.pk}/", {"role": "partner", "since": "1.1.2026"}).status_code == 302


def test_a_closed_account_is_signed_out_and_can_be_opened_again(client, system):
    account = situations.an_account(Role.CONTACT_OFFICER)
    theirs = type(client)()
    theirs.force_login(account)
    assert theirs.get("/personer/ny/").status_code == 200
    client.post(f"/kontoer/{account.pk}/bruk/", {"active": "0"})
    assert theirs.get("/personer/ny/").status_code == 302
    client.post(f"/kontoer/{account.pk}/bruk/", {"active": "1"})
    account.refresh_from_db()
    assert account.is_active


@pytest.mark.parametrize("told", [{}, {"active": ""}, {"active": "2"}])
def test_what_says_neither_open_nor_closed_changes_nothing(client, system, told):
    account = situations.an_account(Role.CONTACT_OFFICER)
    key = MessageKey.objects.create(kid="k1", jwk={})
    assert client.post(f"/kontoer/{account.pk}/bruk/", told).status_code == 400
    assert client.post(f"/avsendernokler/{key.pk}/", told).status_code == 400
    account.refresh_from_db()
    key.refresh_from_db()
    assert (account.is_active, key.active) == (True, True)


def test_a_new_password_signs_out_whoever_used_the_old_one(client, system):
    account = situations.an_account(Role.CONTACT_OFFICER)
    theirs = type(client)()
    theirs.force_login(account)
    assert client.post(f"/kontoer/{account.pk}/passord/", {"password": "kort"}).status_code == 422
    assert theirs.get("/personer/ny/").status_code == 200
    assert client.post(f"/kontoer/{account.pk}/passord/", {"password": GOOD}).status_code == 302
    assert theirs.get("/personer/ny/").status_code == 200
    confirmed(client)
    assert theirs.get("/personer/ny/").status_code == 302


def test_nobody_changes_what_they_themselves_may_do(client, system):
    told = {"role": "kartlegger", "unit": str(situations.a_unit().pk), "since": "1.1.2026"}
    assert "egen konto" in client.post(f"/kontoer/{system.pk}/", told).content.decode()
    assert client.post(f"/kontoer/{system.pk}/passord/", {"password": GOOD}).status_code == 422
    assert client.post(f"/kontoer/{system.pk}/bruk/", {"active": "0"}).status_code == 422
    post = system.posts.get()
    assert client.post(f"/kontoer/{system.pk}/stilling/{post.pk}/avslutt/").status_code == 422
    assert list(system.posts.all()) == [post]


def organisation_form(**other):
    return {
        "number": "310000088",
        "name": "Prøveskolen",
        "kind": "SKOLE",
        "channel": "INNBOKS",
        "legal_basis": "En lov",
        "contact": "post@skolen.example",
        "retention_months": "12",
        "active": "on",
        "units": [str(situations.a_unit().pk)],
        **other,
    }


def test_an_organisation_is_entered_and_changed_but_keeps_its_number_and_kind(client, system):
    assert client.post("/organisasjoner/ny/", organisation_form()).status_code == 302
    school = Organisation.objects.get(number="310000088")
    assert list(school.units.all()) == [situations.a_unit()]
    confirmed(client)
    changed = organisation_form(number="310000077", kind="HELSE", name="Ny skole", units=[])
    assert client.post(f"/organisasjoner/{school.pk}/", changed).status_code == 302
    confirmed(client)
    school.refresh_from_db()
    assert (school.number, school.kind, school.name, school.units.count()) == ("310000088", "SKOLE", "Ny skole", 0)
    told = Event.objects.filter(verb=Verb.ADMINISTERED, object_name="organisation")
    assert [event.actor == str(system.pk) for event in told.order_by("pk")] == [True, False, False]


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "12"), ("kind", "BANK"), ("channel", "FAKS"), ("municipality", "Oslo"), ("public_key", "ikke json")],
)
def test_a_wrong_organisation_is_refused(client, system, field, value):
    assert client.post("/organisasjoner/ny/", organisation_form(**{field: value})).status_code == 422
    assert not Organisation.objects.exists()


def jwk(key):
    return json.dumps(key.as_dict(private=True))


def modulus(bits, zeros=0):
    number = (1 << (bits - 1)) | 1
    return urlsafe_b64encode(bytes(zeros) + number.to_bytes((bits + 7) // 8)).decode().rstrip("=")


def test_a_key_of_2048_bits_is_long_enough():
    public_rsa_key({"kty": "RSA", "e": "AQAB", "n": modulus(2048)})


def test_a_senders_public_key_is_trusted_and_taken_out_of_use_and_trusted_again(client, system):
    public = json.dumps(RSAKey.generate_key(2048).as_dict(private=False))
    told = {"kid": "k1", "sender": "KRIMINALOMSORGEN", "jwk": public}
    assert client.post("/avsendernokler/", told).status_code == 302
    assert not MessageKey.objects.exists()
    confirmed(client)
    assert client.post("/avsendernokler/", told).status_code == 422
    key = MessageKey.objects.get()
    assert key.active
    client.post(f"/avsendernokler/{key.pk}/", {"active": "0"})
    key.refresh_from_db()
    assert not key.active
    client.post(f"/avsendernokler/{key.pk}/", {"active": "1"})
    key.refresh_from_db()
    assert not key.active
    confirmed(client)
    key.refresh_from_db()
    assert key.active


def test_only_what_belongs_to_a_public_key_is_kept(client, system):
    public = RSAKey.generate_key(2048).as_dict(private=False)
    text = json.dumps(public | {"note": "a\x00b", "more": float("inf")})
    assert client.post("/avsendernokler/", {"kid": "k1", "sender": "X", "jwk": text}).status_code == 302
    confirmed(client)
    assert MessageKey.objects.get().jwk == public


@pytest.mark.parametrize("kid", ["k 1", "nøkkel", "k\t1", "x" * 101, "k\u200b"])
def test_a_key_id_that_no_header_can_hold_is_refused_at_the_field(client, system, kid):
    public = json.dumps(RSAKey.generate_key(2048).as_dict(private=False))
    assert client.post("/avsendernokler/", {"kid": kid, "sender": "X", "jwk": public}).status_code == 422
    assert not Proposal.objects.exists()


def test_an_organisations_key_is_believed_when_another_has_confirmed_it(client, system):
    key = RSAKey.generate_key(2048)
    public = key.as_dict(private=False) | {"kid": key.thumbprint()}
    assert client.post("/organisasjoner/ny/", organisation_form(public_key=json.dumps(public))).status_code == 302
    school = Organisation.objects.get(number="310000088")
    assert school.public_key is None
    confirmed(client)
    school.refresh_from_db()
    assert school.public_key == public
    same = organisation_form(public_key=json.dumps(public))
    client.post(f"/organisasjoner/{school.pk}/", same)
    assert not Proposal.objects.waiting().exists()
    client.post(f"/organisasjoner/{school.pk}/", organisation_form(public_key=""))
    school.refresh_from_db()
    assert school.public_key is None


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[" * 3999,
        json.dumps(RSAKey.generate_key(2048).as_dict(private=False) | {"kid": "a\x00b"}),
        json.dumps(RSAKey.generate_key(2048).as_dict(private=False) | {"use": float("nan")}),
        "[]",
        "{}",
        '{"kty": "RSA", "n": "x", "e": "AQAB"}',
        jwk(RSAKey.generate_key(2048, private=True)),
        json.dumps({"kty": "RSA", "e": "AQAB", "n": "x" * 171}),
        *(json.dumps({"kty": "RSA", "e": "AQAB", "n": modulus(bits, 256)}) for bits in (256, 512, 1024)),
        *(json.dumps({"kty": "RSA", "e": "AQAB", "n": modulus(bits)}) for bits in (1024, 2047)),
        json.dumps({"kty": "RSA", "e": "AQ", "n": modulus(2048)}),
        json.dumps({"kty": "RSA", "e": "", "n": modulus(2048)}),
        json.dumps(ECKey.generate_key("P-256").as_dict(private=False)),
    ],
)
def test_a_key_that_is_private_short_or_of_another_kind_is_refused(client, system, text):
    answer = client.post("/avsendernokler/", {"kid": "k1", "sender": "KRIMINALOMSORGEN", "jwk": text})
    assert answer.status_code == 422
    assert not Proposal.objects.exists()


PAGES = [
    "/kontoer/",
    "/kontoer/ny/",
    "/organisasjoner/",
    "/organisasjoner/ny/",
    "/avsendernokler/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_the_system_keeper_and_shows_nobody_in_custody(client, system, page):
    person = situations.a_person(family="Hemmelig")
    answer = client.get(page)
    assert answer.status_code == 200
    assert person.name not in answer.content.decode()


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER, Role.PRIVACY])
def test_nobody_else_comes_in(client, role):
    client.force_login(situations.an_account(role))
    account, school = situations.an_account(), partner_organisation()
    more = [f"/kontoer/{account.pk}/", f"/organisasjoner/{school.pk}/"]
    assert {client.get(page).status_code for page in [*PAGES, *more]} == {403}
    posts = [f"/kontoer/{account.pk}/{what}/" for what in ("passord", "bruk")]
    assert {client.post(page).status_code for page in [*posts, *more, *PAGES[1:2]]} == {403}


def test_what_is_not_there_is_not_found(client, system):
    none = "00000000-0000-0000-0000-000000000000"
    post = Post.objects.create(
        staff=situations.an_account(), role="kontaktbetjent", unit=situations.a_unit(), since="2026-01-01"
    )
    other = situations.an_account()
    for address in (f"/kontoer/{none}/", "/organisasjoner/999999/"):
        assert client.get(address).status_code == 404
    for address in (f"/kontoer/{other.pk}/stilling/{post.pk}/avslutt/", "/avsendernokler/999999/"):
        assert client.post(address).status_code == 404
