"""Autosave: honest about what is kept, and never more than a draft."""

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState, Section
from brik.mapping.record import actions, lifecycle
from brik.staff.models import Role
from tests import situations
from tests.mapping.pages import filled, opened, send, url

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_X_REQUESTED_WITH": "brik"}


def autosave(client, mapping, page, area="C", **answers):
    return client.post(url("draft", mapping, step=area), {**page, **filled(area, **answers)}, **SCRIPT)


def test_a_draft_answers_with_the_time_and_the_new_version(signed_in, mapping):
    answer = autosave(signed_in, mapping, opened(signed_in, mapping), C1="EIDE").json()
    section = Section.objects.get()
    assert answer["version"] == section.row_version == 1
    assert len(answer["at"]) == 5
    assert (section.state, section.history.count()) == (AreaState.STARTED, 0)
    assert Event.objects.last().verb == Verb.SECTION_DRAFTED


def test_every_draft_is_one_event_and_no_history(signed_in, mapping):
    page = opened(signed_in, mapping)
    before = Event.objects.count()
    for version in range(3):
        autosave(signed_in, mapping, page | {"version": str(version)}, C1="EIDE")
    assert Event.objects.count() == before + 3
    assert Section.objects.get().history.count() == 0


def test_what_does_not_hold_yet_is_kept_as_typed_and_said_so(signed_in, mapping):
    answer = autosave(signed_in, mapping, opened(signed_in, mapping), C1="EIDE", C3a="JA", C3b="snart").json()
    assert answer["note"] == "Ett svar må rettes."
    content = Section.objects.get().answers.open()
    assert set(content["answers"]) == {"C1", "C3a"}
    response = signed_in.get(url("area", mapping, step="C"))
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="snart"' in page
    assert "Skriv datoen som dag, måned og år" in page
    send(signed_in, mapping, C1="EIDE", C3a="JA", C3b="31.12.2026")
    assert "unfinished" not in Section.objects.get().answers.open()


def test_the_page_saves_over_its_own_draft_but_not_over_another_pages(signed_in, mapping):
    mine, other = opened(signed_in, mapping), opened(signed_in, mapping)
    autosave(signed_in, mapping, mine, C1="EIDE")
    assert autosave(signed_in, mapping, other, C1="UTEN").status_code == 409
    assert send(signed_in, mapping, page=mine, C1="EIDE").status_code == 302
    assert Section.objects.get().state == AreaState.DONE


def test_a_draft_never_undoes_what_was_saved_or_taken_over(signed_in, mapping, colleague):
    page = opened(signed_in, mapping)
    send(signed_in, mapping, page=page, C1="EIDE")
    assert autosave(signed_in, mapping, page, C1="UTEN").status_code == 409
    actions.take_over(mapping, by=colleague)
    assert autosave(signed_in, mapping, opened_again(mapping), C1="UTEN").status_code == 409
    assert Section.objects.get().answers.open()["answers"]["C1"]["value"] == "EIDE"


def opened_again(mapping):
    return {"version": "1", "page": "9e6b6f0c-6a6f-4f8f-9c52-1f2b7a6d1c11"}


@pytest.mark.parametrize(
    "changed", [{"version": "x"}, {"page": ""}, {"C-C1": "SLOTT"}, {"C-tull": "1"}, {"C-C1_source": "third_party:X"}]
)
def test_a_forged_draft_is_refused_and_kept_nowhere(signed_in, mapping, changed):
    response = autosave(signed_in, mapping, opened(signed_in, mapping) | changed, C5="JA")
    assert response.status_code == 400
    assert Event.objects.last().verb == Verb.BAD_REQUEST
    assert not Section.objects.exists()


def test_a_draft_behind_a_shut_gate_says_why(signed_in, mapping):
    page = opened(signed_in, mapping)
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    response = autosave(signed_in, mapping, page, C1="EIDE")
    assert (response.status_code, response.json()["error"]) == (
        409,
        "Det er ikke åpent for å skrive i denne kartleggingen. Samtykket er avsluttet.",
    )


def test_a_draft_is_only_sent_never_opened_and_only_by_mappers_signed_in(client, signed_in, mapping):
    assert signed_in.get(url("draft", mapping, step="C")).status_code == 405
    page = opened(signed_in, mapping)
    client.logout()
    assert autosave(client, mapping, page, C1="EIDE").status_code == 401
    client.force_login(situations.an_account(Role.LEADER))
    assert autosave(client, mapping, page, C1="EIDE").status_code == 403
    assert not Section.objects.exists()


def test_an_unknown_area_has_no_draft(signed_in, mapping):
    assert autosave(signed_in, mapping, {"version": "0"}, area="Z").status_code == 400
