"""The area pages over HTTP: what is saved, what comes back, and what a page costs."""

import pytest
from django.contrib.sessions.models import Session

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import DONT_KNOW, PREFER_NOT
from brik.mapping.record import sections as actions
from brik.people.models import LegalStatus
from brik.staff.models import Role
from tests import situations
from tests.mapping.pages import confirmed, opened, send, url
from tests.situations import an_answer

pytestmark = pytest.mark.django_db


def stored(mapping, area="C"):
    return mapping.sections.get(area=area).answers.open()["answers"]


def rows():
    return Section.objects.count(), Section.history.count(), Event.objects.count()


def test_an_area_is_saved_and_the_next_one_follows(signed_in, mapping):
    response = send(signed_in, mapping, C1="EIDE", C3a="JA", C3b="31.12.2026")
    assert (response.status_code, response.url) == (302, url("area", mapping, step="D"))
    kept = stored(mapping)
    assert kept["C1"]["shown"] == ["Eide"]
    assert kept["C3b"]["value"] == "2026-12-31"
    assert kept["C1"]["source"] == "self"
    assert mapping.sections.get().state == AreaState.DONE


def test_what_was_saved_stands_in_the_form_again(signed_in, mapping):
    send(signed_in, mapping, "B", B5="Oslo", B6="Bergen", B7a="SAMME", B8="NEI")
    page = signed_in.get(url("area", mapping, step="B")).content.decode()
    assert 'value="Oslo"' in page
    assert 'value="SAMME" checked' in page


def test_reading_an_area_writes_its_event_and_nothing_else(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    sessions = list(Session.objects.values_list("session_data", "expire_date"))
    sections, history, events = rows()
    assert signed_in.get(url("area", mapping, step="C")).status_code == 200
    assert rows() == (sections, history, events + 1)
    assert Event.objects.last().verb == Verb.SECTION_READ
    assert list(Session.objects.values_list("session_data", "expire_date")) == sessions


def test_saving_writes_one_section_one_history_row_and_one_event(signed_in, mapping):
    page = opened(signed_in, mapping)
    sections, history, events = rows()
    send(signed_in, mapping, page=page, C1="EIDE")
    assert rows() == (sections + 1, history + 1, events + 1)
    assert Event.objects.last().verb == Verb.SECTION_SAVED


def test_the_session_holds_nothing_of_what_was_said(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE", ressurs_C="Et uforvekslelig ord")
    for session in Session.objects.all():
        kept = repr(session.get_decoded())
        assert "EIDE" not in kept
        assert "uforvekslelig" not in kept


def test_the_pages_of_an_interview_tell_two_of_the_same_name_apart(signed_in, mapping):
    for address in (url("area", mapping, step="C"), url("hub", mapping), url("check", mapping)):
        page = signed_in.get(address).content.decode()
        assert "f. 1985" in page
        assert "1985" not in page[page.index("<title>") : page.index("</title>")]


def test_pages_cost_as_much_at_the_end_as_at_the_start(signed_in, mapping, mapper):
    """Session, user, posts and approvals are four; the interview, its area, what an earlier one says of it, its key, the
    gate, the birthday, the event, who was told of what the area promises and the versions of what is shown the rest.
    """

    def costs(act):
        with CaptureQueries() as queries:
            act()
        return queries

    first = opened(signed_in, mapping, "C")
    get_first = costs(lambda: signed_in.get(url("area", mapping, step="C")))
    post_first = costs(lambda: send(signed_in, mapping, page=first, C1="EIDE"))
    for area in catalogue.get("domfelt").areas:
        if area.code not in {"C", "D"}:
            actions.save_section(mapping, area=area.code, answers={}, version=0, by=mapper)
    last = opened(signed_in, mapping, "D")
    assert costs(lambda: signed_in.get(url("area", mapping, step="D"))) <= get_first <= 13
    assert costs(lambda: send(signed_in, mapping, "D", page=last, D7="JA")) <= post_first <= 16
    assert costs(lambda: signed_in.get(url("hub", mapping))) <= 12
    assert costs(lambda: signed_in.get(url("check", mapping))) <= 14


class CaptureQueries:
    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error):
        self._context.__exit__(*error)
        self.number = len([q for q in self._context.captured_queries if "SAVEPOINT" not in q["sql"]])

    def __le__(self, other):
        return self.number <= getattr(other, "number", other)


def everything(area, code):
    """An answer to every question of an area: the same code, in the way each kind of question takes it."""
    posted = {}
    for question in area.questions:
        if code not in question.no_answer_codes:
            continue
        name = f"{area.code}-{question.link_id}"
        typed = question.type.code in {"text", "integer", "date", "month", "municipality", "rank"}
        posted[f"{name}-instead" if typed else name] = code
    return posted


@pytest.mark.parametrize("code", [DONT_KNOW, PREFER_NOT])
@pytest.mark.parametrize("status", [LegalStatus.CONVICTED, LegalStatus.REMAND])
def test_every_question_takes_dont_know_and_prefer_not(client, mapper, key_ring, status, code):
    mapping = situations.an_interview(mapper, situations.a_person(status=status))
    client.force_login(mapper)
    for area in catalogue.get(mapping.kind).pages:
        posted = everything(area, code)
        page = opened(client, mapping, area.code)
        response = client.post(url("area", mapping, step=area.code), {**page, "then": "on", **posted})
        assert response.status_code == 302, (area.code, response.content.decode())
        if posted:
            kept = stored(mapping, area.code)
            shown = [question for question in area.questions if question.condition is None and question.no_answer]
            wanted = {question.link_id for question in shown}
            assert wanted <= set(kept)
            assert {str(answer["value"]).strip("[']") for answer in kept.values()} == {code}


def test_hidden_branches_are_cleared_by_the_server(signed_in, mapping):
    send(signed_in, mapping, C3a="NEI", C3b="31.12.2026")
    assert set(stored(mapping)) == {"C3a"}


def test_where_an_answer_comes_from_is_kept(signed_in, mapping):
    sources = {"C1_source": "third_party:NAV Oslo"} | confirmed("C2", "Folkeregisteret")
    send(signed_in, mapping, C1="EIDE", C2="NEI", C5="JA", **sources)
    kept = {link_id: answer["source"] for link_id, answer in stored(mapping).items()}
    assert kept == {"C1": "third_party:NAV Oslo", "C2": "confirmed", "C5": "self"}


def test_an_answer_can_be_taken_away_again(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE", C5="JA")
    send(signed_in, mapping, C1="EIDE", C1_clear="on", C5="JA")
    assert set(stored(mapping)) == {"C5"}


def test_rows_of_measures_come_back_in_their_order(signed_in, mapping):
    cells = {"L1/0/tiltak": "Søke bolig", "L1/0/omraade": "BOLIG", "L1/1/tiltak": "Ringe banken"}
    assert send(signed_in, mapping, "L", **cells).status_code == 302
    assert [row["tiltak"] for row in stored(mapping, "L")["L1"]["value"]] == ["Søke bolig", "Ringe banken"]
    page = signed_in.get(url("area", mapping, step="L")).content.decode()
    assert page.index("Søke bolig") < page.index("Ringe banken")


def test_a_ranking_comes_back_in_its_order_or_as_not_known(signed_in, mapping):
    places = {"K4_0": "BOLIG", "K4_1": "ARBEID"}
    send(signed_in, mapping, "K", **places)
    page = signed_in.get(url("area", mapping, step="K")).content.decode()
    assert page.index('value="BOLIG" selected') < page.index('value="ARBEID" selected')
    send(signed_in, mapping, "K", **{"K4-instead": "VET_IKKE"})
    assert 'value="VET_IKKE" checked' in signed_in.get(url("area", mapping, step="K")).content.decode()
    assert send(signed_in, mapping, "K", **places, **{"K4-instead": "VET_IKKE"}).status_code == 422


def test_save_and_leave_does_not_count_as_done(signed_in, mapping):
    response = send(signed_in, mapping, then="later", C1="EIDE")
    assert response.url == url("hub", mapping) + "?lagret"
    assert mapping.sections.get().state == AreaState.STARTED
    assert "Du kan fortsette når du vil" in signed_in.get(response.url).content.decode()


def test_back_saves_and_goes_to_the_area_before(signed_in, mapping):
    assert send(signed_in, mapping, then="back", C1="EIDE").url == url("area", mapping, step="B")
    assert set(stored(mapping)) == {"C1"}
    assert send(signed_in, mapping, "A", then="back").url == url("area", mapping, step="A0")
    assert send(signed_in, mapping, "A0", then="back").url == url("hub", mapping)


def test_any_order_is_allowed_and_the_last_area_leads_to_the_check(signed_in, mapping):
    assert send(signed_in, mapping, "L").url == url("check", mapping)


def test_an_area_can_be_declined(signed_in, mapping):
    assert send(signed_in, mapping, then="decline").url == url("area", mapping, step="D")
    assert mapping.sections.get().shown_state == AreaState.DECLINED


def test_declining_asks_before_it_takes_answers_away(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    page = opened(signed_in, mapping)
    asked = send(signed_in, mapping, page=page, then="decline", C1="EIDE")
    assert "Da fjernes svarene" in asked.content.decode()
    assert set(stored(mapping)) == {"C1"}
    send(signed_in, mapping, page=page | {"sure": "1"}, then="decline", C1="EIDE")
    assert stored(mapping) == {}


@pytest.mark.parametrize(("language", "direction"), [("nb", "ltr"), ("nn", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_questions_come_in_the_chosen_language_and_direction(signed_in, mapping, language, direction):
    signed_in.post(url("begin", mapping), {"language": language})
    page = signed_in.get(url("area", mapping, step="C")).content.decode()
    area = catalogue.get("domfelt").area("C")
    assert f'lang="{language}" dir="{direction}"' in page
    assert area.question("C1").text[language] in page
    send(signed_in, mapping, C1="EIDE")
    assert stored(mapping)["C1"]["language"] == language
    assert stored(mapping)["C1"]["shown"] == [area.question("C1").option("EIDE").text[language]]


def test_a_second_machine_goes_on_where_the_first_stopped(client, signed_in, mapping, mapper):
    from django.test import Client

    send(signed_in, mapping, then="later", C1="EIDE")
    other = Client()
    other.force_login(mapper)
    assert 'value="EIDE" checked' in other.get(url("area", mapping, step="C")).content.decode()


def test_a_colleague_is_sent_to_the_hub_to_take_over_first(client, mapping, colleague):
    client.force_login(colleague)
    assert client.get(url("area", mapping, step="C")).url == url("hub", mapping)


def test_an_interview_of_another_kind_of_custody_has_its_own_areas(client, mapper, key_ring):
    mapping = situations.an_interview(mapper, situations.a_person(status=LegalStatus.REMAND))
    client.force_login(mapper)
    assert client.get(url("area", mapping, step="VB")).status_code == 200
    assert client.get(url("area", mapping, step="C")).status_code == 404


def test_contact_officers_and_leaders_never_get_past_the_door(client, mapping, colleague):
    actions.save_section(mapping, area="C", answers={"C5": an_answer("JA")}, version=0, by=mapping.mapper)
    for role in set(Role) - {Role.MAPPER}:
        client.force_login(situations.an_account(role))
        response = client.get(url("area", mapping, step="C"))
        assert response.status_code == 403
        assert "godkjent som kartlegger" in response.content.decode()
        assert Event.objects.last().verb == Verb.REFUSED
