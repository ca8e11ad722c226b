"""A yes to «trenger du noen å snakke med nå» opens the page for help at once, saved or not."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions, lifecycle
from brik.people.models import LegalStatus
from tests import situations
from tests.mapping.pages import filled, opened, send, sent_fields, url

pytestmark = pytest.mark.django_db
HELP = "Personen trenger noen å snakke med nå"


def test_a_yes_is_saved_and_the_page_for_help_opens(signed_in, mapping):
    response = send(signed_in, mapping, "G", G5="JA")
    assert response.url == url("help", mapping, step="G")
    page = signed_in.get(response.url).content.decode()
    assert HELP in page
    assert url("area", mapping, step="G") in page
    assert Section.objects.get().answers.open()["answers"]["G5"]["value"] == "JA"


def test_remand_has_it_too(client, mapper, key_ring):
    mapping = situations.an_interview(mapper, situations.a_person(status=LegalStatus.REMAND))
    client.force_login(mapper)
    assert send(client, mapping, "VD", VD2="JA").url == url("help", mapping, step="VD")


def test_the_event_tells_that_it_was_shown_and_not_what_was_answered(signed_in, mapping):
    signed_in.get(url("help", mapping, step="G"))
    event = Event.objects.last()
    assert (event.verb, event.subject, event.reason) == (Verb.HELP_SHOWN, mapping.person_id, "")
    assert event.object_name == "mapping"


def test_what_must_be_corrected_elsewhere_on_the_page_does_not_delay_it(signed_in, mapping):
    response = send(signed_in, mapping, "G", G5="JA", G6="x" * 501)
    assert response.url == url("help", mapping, step="G")
    assert "x" * 501 in signed_in.get(url("area", mapping, step="G")).content.decode()


def test_a_shut_gate_does_not_hide_it(signed_in, mapping):
    page = opened(signed_in, mapping, "G")
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    assert HELP in send(signed_in, mapping, "G", page=page, G5="JA").content.decode()


@pytest.mark.parametrize("cause", ["clash", "taken over"])
def test_what_could_not_be_saved_goes_along_and_back(signed_in, mapping, colleague, cause):
    page = opened(signed_in, mapping, "G")
    if cause == "clash":
        send(signed_in, mapping, "G", G1="GOD")
    else:
        actions.take_over(mapping, by=colleague)
    response = send(signed_in, mapping, "G", page=page, G5="JA", G6="Et uforvekslelig ord")
    html = response.content.decode()
    assert HELP in html
    assert "uforvekslelig" in html
    back = sent_fields(html.replace("<form method", "data-autosave=<form method"))
    shown = signed_in.post(url("area", mapping, step="G"), back)
    assert "Dette er ikke lagret ennå" in shown.content.decode()
    assert "uforvekslelig" in shown.content.decode()


def test_the_draft_tells_the_page_to_open_it_once(signed_in, mapping):
    page = opened(signed_in, mapping, "G")

    def draft(version):
        fields = {**page, "version": str(version), **filled("G", G5="JA")}
        return signed_in.post(url("draft", mapping, step="G"), fields, HTTP_X_REQUESTED_WITH="brik").json()

    assert draft(0)["open"] == url("help", mapping, step="G")
    assert "open" not in draft(1)


def test_a_yes_that_stood_there_already_lets_the_conversation_go_on(signed_in, mapping):
    send(signed_in, mapping, "G", G5="JA")
    assert send(signed_in, mapping, "G", G5="JA").url == url("area", mapping, step="H")


def test_without_a_script_the_warning_stands_at_the_question(signed_in, mapping):
    page = signed_in.get(url("area", mapping, step="G")).content.decode()
    assert "Vis hva du gjør nå" in page


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"G1": "GOD"}, AreaState.STARTED),
        ({"G1": "GOD", "G5": "NEI"}, AreaState.DONE),
        ({"G1": "GOD", "G5": "VET_IKKE"}, AreaState.DONE),
        ({"G5": "VIL_IKKE_SVARE"}, AreaState.DONE),
    ],
)
def test_an_area_that_leaves_the_question_open_is_not_done(signed_in, mapping, given, state):
    send(signed_in, mapping, "G", **given)
    assert Section.objects.get().state == state


# --- whom to telephone, and who was reached ------------------------------------------------------------------------------


def test_the_page_says_whom_to_telephone_at_this_unit_and_that_nobody_is_alerted(
    signed_in, mapping, settings, tmp_path
):
    settings.HELP_NUMBERS = tmp_path / "numbers.yaml"
    number = mapping.person.current_stay.unit.number
    settings.HELP_NUMBERS.write_text(
        f'everywhere: [{{who: AMK, number: "113"}}]\nunits: {{"{number}": [{{who: VAKTLEDER, number: "00 00 05 02"}}]}}\n'
    )
    page = signed_in.get(url("help", mapping, step="G")).content.decode()
    assert re.findall(r'<strong dir="ltr">([^<]+)</strong>', page) == ["00 00 05 02", "113"]
    assert "BRIK varsler ingen." in page


def test_who_was_reached_and_when_is_an_event_outside_the_interview(signed_in, mapping, mapper):
    send(signed_in, mapping, "G", G5="JA")
    before = Section.objects.get().answers.open()
    clock = timezone.localtime() - timedelta(minutes=1)
    response = signed_in.post(url("help", mapping, step="G"), {"who": "VAKTLEDER", "at": f"{clock:%H.%M}"})
    assert response.url == url("help", mapping, step="G") + "?notert"
    event = Event.objects.get(verb=Verb.HELP_CALLED)
    assert (event.subject, event.actor, event.reason) == (mapping.person_id, str(mapper.pk), "duty_leader")
    assert event.about == clock.isoformat(timespec="minutes")
    assert Section.objects.get().answers.open() == before
    assert "notert i loggen" in signed_in.get(response.url).content.decode()


def test_a_time_that_has_not_come_was_yesterday(signed_in, mapping):
    ahead = timezone.localtime() + timedelta(minutes=2)
    signed_in.post(url("help", mapping, step="G"), {"who": "NOBODY", "at": f"{ahead:%H:%M}"})
    event = Event.objects.get(verb=Verb.HELP_CALLED)
    assert (event.reason, event.about) == (
        "nobody_reached",
        (ahead - timedelta(days=1)).isoformat(timespec="minutes"),
    )


@pytest.mark.parametrize("sent", [{}, {"who": "NABOEN", "at": "14.30"}, {"who": "AMK", "at": "nå"}, {"who": "AMK"}])
def test_what_cannot_be_noted_is_said_and_the_numbers_stay(signed_in, mapping, sent):
    page = signed_in.post(url("help", mapping, step="G"), sent)
    assert page.status_code == 422
    assert HELP in page.content.decode()
    assert not Event.objects.filter(verb=Verb.HELP_CALLED).exists()


def test_a_shut_gate_keeps_nobody_from_noting_it(signed_in, mapping):
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    signed_in.post(url("help", mapping, step="G"), {"who": "AMK", "at": "00.00"})
    assert Event.objects.filter(verb=Verb.HELP_CALLED, reason="ambulance").exists()


def test_only_a_mapper_of_the_unit_notes_it(mapping):
    for stranger in (
        situations.an_account(at=situations.a_unit("Agder fengsel")),
        situations.an_account(approved=False),
    ):
        with pytest.raises(PermissionDenied):
            actions.note_help(mapping, contact=None, at=timezone.now(), by=stranger)


@pytest.mark.parametrize(("form", "link_id"), [("domfelt", "G5"), ("varetekt", "VD2")])
def test_the_question_promises_nothing(form, link_id):
    assert catalogue.get(form).question(link_id).help is None
