"""What no page of ours sends: a sentence, an event, and nothing changed."""

from uuid import uuid4

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState, Mapping, Section
from brik.staff.models import Role
from tests import situations
from tests.mapping.pages import filled, opened, send, url

pytestmark = pytest.mark.django_db


def refused(response, status, sentence, verb=Verb.BAD_REQUEST):
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert Event.objects.filter(verb=verb).exists()
    assert not Section.objects.exists()


@pytest.mark.parametrize(
    "forged",
    [
        {"C1": "SLOTT"},
        {"C6": ["BOLIG", "SLOTT"]},
        {"C1": "EIDE", "C1_source": "third_party:Naboen"},
        {"ressurs": "x"},
        {"D7": "JA"},
        {"C3b-instead": "KANSKJE", "C3a": "JA"},
        {"<script>": "1"},
    ],
)
def test_forged_answers_are_refused(signed_in, mapping, forged):
    response = send(signed_in, mapping, **forged)
    assert response.status_code == 400
    assert Event.objects.filter(verb=Verb.BAD_REQUEST).count() == 1
    assert not Section.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"interview-current_step": "D"},
        {"interview-current_step": ""},
        {"version": "-1"},
        {"version": "x"},
        {"version": "٣"},
        {"version": "9" * 40},
        {"page": "ikke-en-side"},
        {"page": ""},
    ],
)
def test_a_page_that_is_not_ours_is_refused(signed_in, mapping, changed):
    response = send(signed_in, mapping, page=opened(signed_in, mapping) | changed, C1="EIDE")
    refused(response, 400, "Ingenting er endret")


def test_what_other_forms_send_is_not_kept(signed_in, mapping):
    page = opened(signed_in, mapping) | {"annet": "Et uforvekslelig ord", "D-D7": "JA"}
    send(signed_in, mapping, page=page, C1="EIDE")
    kept = repr(Section.objects.get().answers.open())
    assert "uforvekslelig" not in kept
    assert "D7" not in kept


def test_ten_megabytes_of_text_are_too_much(signed_in, mapping):
    page = opened(signed_in, mapping)
    refused(send(signed_in, mapping, page=page, A5b="x" * 10_000_000), 413, "for stort")


def test_a_text_with_nul_in_it_is_refused(signed_in, mapping):
    refused(send(signed_in, mapping, C1="EI\x00DE"), 400, "Ingenting er endret")


def test_wrong_encodings_are_refused(signed_in, mapping):
    page = opened(signed_in, mapping)
    body = "&".join(f"{name}={value}" for name, value in page.items()).encode() + b"&C-C1=\xff\xfe"
    response = signed_in.post(url("area", mapping, step="C"), body, content_type="application/x-www-form-urlencoded")
    refused(response, 400, "Ingenting er endret")


def test_what_must_be_corrected_stands_at_the_top_and_at_the_field(signed_in, mapping):
    response = send(signed_in, mapping, C1="EIDE", C3a="JA", C3b="snart")
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Skriv datoen som dag, måned og år, for eksempel 31.12.2026") >= 2
    assert 'value="snart"' in page
    assert 'value="EIDE" checked' in page
    assert "Det du skrev, er lagret som utkast" in page
    section = Section.objects.get()
    assert (section.state, section.history.count()) == (AreaState.STARTED, 0)


def test_an_interview_of_another_unit_does_not_exist(client, mapping):
    client.force_login(situations.an_account(at=situations.a_unit("Agder fengsel")))
    for name, more in (
        ("hub", {}),
        ("area", {"step": "C"}),
        ("check", {}),
        ("read", {}),
        ("correct", {}),
        ("compare", {}),
        ("help", {"step": "G"}),
    ):
        before = Event.objects.filter(verb=Verb.REFUSED).count()
        assert client.get(url(name, mapping, **more)).status_code == 404, name
        assert Event.objects.filter(verb=Verb.REFUSED).count() == before + 1
    for name, more in (("begin", {}), ("take_over", {}), ("sign_off", {}), ("renew", {}), ("draft", {"step": "C"})):
        before = Event.objects.filter(verb=Verb.REFUSED).count()
        assert client.post(url(name, mapping, **more), {"language": "nb"}).status_code == 404, name
        assert Event.objects.filter(verb=Verb.REFUSED).count() == before + 1
    mapping.refresh_from_db()
    assert mapping.state == "UTKAST"


def test_a_made_up_interview_or_area_does_not_exist(signed_in, mapping):
    assert signed_in.get(url("hub", Mapping(pk=uuid4()))).status_code == 404
    for step in ("Z", "c", "done", "area"):
        assert signed_in.get(url("area", mapping, step=step)).status_code == 404
        assert signed_in.post(url("area", mapping, step=step), {}).status_code == 404
        assert signed_in.get(url("help", mapping, step=step)).status_code == 404


def test_a_mapper_without_approval_is_told_so(client, mapping):
    client.force_login(situations.an_account(approved=False))
    response = client.get(url("hub", mapping))
    refused(response, 403, "Du må være godkjent som kartlegger", Verb.REFUSED)
    response = client.post(url("area", mapping, step="C"), filled("C", C1="EIDE"))
    refused(response, 403, "Du må være godkjent som kartlegger", Verb.REFUSED)


def test_a_closed_interview_says_why_nothing_was_saved(signed_in, mapping, mapper):
    from brik.mapping.record import lifecycle

    page = opened(signed_in, mapping)
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    response = send(signed_in, mapping, page=page, C1="EIDE")
    refused(response, 409, "Samtykket er avsluttet", Verb.REFUSED)
    assert signed_in.get(url("hub", mapping)).status_code == 403
    assert situations.an_account(Role.MAPPER).pk != mapper.pk
