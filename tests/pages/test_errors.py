"""Whatever comes in, a clear page in Norwegian goes out; nothing is told that should not be, and refusals are events."""

import uuid

import pytest
from django.core.exceptions import BadRequest
from django.test import Client

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.models import Role
from tests import situations

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def inside(sample, client):
    client.raise_request_exception = False
    client.user = situations.an_account(Role.MAPPER)
    client.force_login(client.user)
    client.get("/om/")
    return client


def last_event():
    return Event.objects.order_by("-pk").first()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("400", "Vi forstod ikke det som ble sendt"),
        ("403", "Du har ikke tilgang til dette"),
        ("404", "Vi fant ikke siden"),
        ("500", "Noe gikk galt hos oss"),
        ("503", "BRIK er ikke tilgjengelig akkurat nå"),
    ],
)
def test_each_kind_of_trouble_has_its_page(inside, kind, said):
    answer = inside.get(f"/prove/feil/{kind}/")
    assert answer.status_code == int(kind)
    text = answer.content.decode()
    assert said in text
    assert '<html lang="nb"' in text
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "a secret word" not in text
    assert "10.0.0.1" not in text


def test_a_500_page_gives_a_number_to_report_and_needs_no_database(inside, django_assert_num_queries):
    from django.test import RequestFactory

    from brik.pages import errors

    request = RequestFactory().get("/")
    try:
        raise ValueError("a secret word")
    except ValueError:
        with django_assert_num_queries(0):
            answer = errors.server_error(request)
    assert answer.status_code == 500
    assert b"Referanse" in answer.content


def test_a_refusal_is_an_event_with_the_ids_and_nothing_else(inside):
    someone = uuid.uuid4()
    assert inside.get(f"/prove/person/{someone}/?q=hemmelig").status_code == 404
    event = last_event()
    assert event.verb == Verb.REFUSED
    assert event.actor == inside.user.actor_id
    assert event.subject == someone
    assert (event.reason, event.about) == ("not_found", f"404 sample:person person={someone}")


def test_a_denied_permission_is_an_event_and_its_sentence_is_shown(inside):
    answer = inside.get("/prove/feil/403/")
    assert "Denne samtalen er stengt." in answer.content.decode()
    assert last_event().verb == Verb.REFUSED


def test_an_address_that_never_existed_is_no_event(inside):
    before = Event.objects.count()
    assert inside.get("/ingen/slik/side/").status_code == 404
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"bolig=JA&vanlig=a%00b", FORM, 400),
        (b"bolig=JA&vanlig=%FF%FE", FORM, 400),
        (b"bolig=JA&vanlig=\xe6\xf8\xe5", FORM, 400),
        (b"bolig=JA", FORM + "; charset=iso-8859-1", 400),
        (b"bolig=JA", FORM + "; charset=utf-16", 400),
        (b"mer=" + b"a" * 10_000_000, FORM, 413),
        (b"&".join(b"a%d=1" % n for n in range(3000)), FORM, 400),
        (b"not multipart at all", "multipart/form-data", 400),
        (b"--x\r\nbroken", "multipart/form-data; boundary=", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="vanlig"\r\n\r\n\xff\xfe\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
    ],
)
def test_what_no_form_of_ours_sends_is_refused_with_a_page_and_an_event(inside, body, content_type, status):
    answer = inside.post("/prove/steg/", body, content_type=content_type)
    assert answer.status_code == status
    assert "Ingenting er" in answer.content.decode()
    event = last_event()
    assert event.verb == Verb.BAD_REQUEST
    assert event.about.startswith(str(status))


def test_an_address_with_broken_letters_is_refused(inside):
    assert inside.get("/prove/liste/?q=%FF").status_code == 400
    assert inside.get("/prove/liste/?q=a%00").status_code == 400
    assert inside.get("/prove/liste/?q=%C3%A6").status_code == 200
    assert inside.get("/prove/liste/%00/").status_code == 404
    assert inside.get("/prove/liste/%ff/").status_code == 404


@pytest.mark.parametrize("cookie", ["\x01\x02", "a" * 5000, "session=;;;==", "é", "None"])
def test_a_malformed_cookie_is_nobody(sample, cookie):
    client = Client(raise_request_exception=False)
    sent = {"cookie": "; ".join(f"{name}={cookie}" for name in ("session", "csrf", "activity", "django_language"))}
    assert client.get("/prove/steg/", headers=sent).status_code == 302
    assert client.get("/logg-inn/", headers=sent).status_code == 200


@pytest.mark.parametrize("cookie", [r'"\000' + "a" * 31 + '"', r'"\377\376' + "a" * 30 + '"', "A" * 32, "a" * 33])
def test_a_session_cookie_that_is_none_of_ours_is_not_even_looked_up(sample, cookie, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        answer = client.get("/prove/steg/", headers={"cookie": f"session={cookie}"})
    assert answer.status_code == 302


def test_a_foreign_host_is_refused(sample, client):
    client.raise_request_exception = False
    assert client.get("/logg-inn/", headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_refused_in_plain_words(sample):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/logg-inn/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Siden har vært åpen for lenge" in answer.content.decode()
    assert (last_event().reason, last_event().about) == ("csrf", "403 pages:login")


def test_a_wrong_method_gets_a_page_that_names_the_right_one(inside):
    answer = inside.post("/prove/bare-les/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert "Det går ikke an her" in answer.content.decode()
    assert (last_event().verb, last_event().about) == (Verb.BAD_REQUEST, "405 sample:read_only")
    assert inside.generic("HEMMELIG", "/prove/bare-les/").status_code == 405
    assert "HEMMELIG" not in last_event().about + last_event().reason


def test_a_page_with_mistakes_answers_422_and_a_forged_choice_is_an_event(inside):
    assert inside.post("/prove/steg/", {"bolig": "NEI"}).status_code == 422
    assert not Event.objects.filter(verb=Verb.BAD_REQUEST).exists()
    assert inside.post("/prove/steg/", {"bolig": "KANSKJE"}).status_code == 422
    assert (last_event().reason, last_event().about) == ("forged_choice", "422 sample:step bolig")


def test_the_script_gets_its_answer_as_json(inside):
    ask = {"X-Requested-With": "brik"}
    assert inside.get("/prove/feil/503/", headers=ask).json() == {"error": "BRIK er ikke tilgjengelig akkurat nå"}
    assert Client().get("/okt/", headers=ask).status_code == 401
    assert Client().get("/okt/").status_code == 302


def test_every_error_handler_is_the_houses_own():
    from brik import urls

    assert {urls.handler400, urls.handler403, urls.handler404, urls.handler500} == {
        f"brik.pages.errors.{name}" for name in ("bad_request", "permission_denied", "not_found", "server_error")
    }
    assert issubclass(BadRequest, Exception)
