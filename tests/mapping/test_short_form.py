"""The short form: ten lines that open the areas, close them as asked in short, or keep them for next time."""

import re
from html import unescape

import pytest

from brik.audit.models import Event
from brik.mapping.models import Mapping, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.stored_answers import (
    ASKED,
    ASKED_SHORT,
    DECLINED,
    NEXT_TIME,
    NOT_ASKED,
    WANTED,
    read,
)
from brik.mapping.questionnaire.themes import CASE_SYSTEM, Theme
from brik.mapping.questionnaire.walk import walk
from brik.mapping.record import actions
from brik.people.legal_status import LegalStatus
from followup.sharing.wire import payload
from tests import situations
from tests.mapping.pages import send, url

FORM = catalogue.get("domfelt")
REMAND = catalogue.get("varetekt")
EVERYTHING = list(Theme)


def lines(**said):
    """A short form with these lines, as it is opened."""
    return {"answers": situations.form_answers(**said)}


def states(questionnaire, sections):
    return {area.code: area.state for area in read(questionnaire.outline, sections)}


def page_text(response):
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_each_line_says_where_its_area_stands():
    said = states(FORM, {"A0": lines(A0a="NEI", A0b="JA", A0c="SNAKKE_MER", A0d="VET_IKKE")})
    assert [said[code] for code in "CDEFG"] == [ASKED_SHORT, WANTED, NEXT_TIME, NOT_ASKED, NOT_ASKED]
    assert said["A0"] == ASKED


def test_an_area_with_answers_of_its_own_or_declined_stays_so():
    own = {"answers": situations.form_answers(C1="EIDE")}
    said = states(FORM, {"A0": lines(A0a="NEI", A0b="NEI"), "C": own, "D": {"state": DECLINED}})
    assert (said["C"], said["D"]) == (ASKED, DECLINED)


def test_an_area_of_several_lines_is_closed_only_when_all_of_them_say_no():
    def said(**answers):
        kept = {
            f"VA0{line}": stored(REMAND.question(f"VA0{line}"), value, language="nb") for line, value in answers.items()
        }
        return states(REMAND, {"VA0": {"answers": kept}})["VC"]

    assert said(a="NEI", b="NEI", c="NEI", d="NEI") == ASKED_SHORT
    assert said(a="NEI", b="NEI", c="NEI") == NOT_ASKED
    assert said(a="NEI", b="JA", c="NEI", d="NEI") == WANTED
    assert said(a="NEI", b="SNAKKE_MER") == NEXT_TIME


@pytest.mark.parametrize(("form", "lines"), [("domfelt", 10), ("varetekt", 9)])
def test_each_line_opens_an_area_of_its_own_form(form, lines):
    """On remand one question alone is about drugs, and it is a wish: no line asks about them."""
    questionnaire = catalogue.get(form)
    opens = [question.opens for question in questionnaire.questions() if question.opens]
    assert len(opens) == lines
    assert set(opens) <= {area.code for area in questionnaire.pages}
    assert questionnaire.pages[0] == questionnaire.short


def test_a_form_of_before_has_none_and_its_outline_is_as_it_was_published():
    for version in ("2026.1", "2026.2"):
        old = catalogue.get("domfelt", version)
        assert old.short is None
        assert all(set(area) == {"code", "title"} for area in old.outline.to_data()["areas"])
        assert all(len(area.core) == len(area.questions) for area in old.areas)


# --- what leaves ---------------------------------------------------------------------------------------------------------


def leaving(sections, recipient="K", themes=EVERYTHING, questionnaire=FORM):
    return walk(questionnaire, sections, themes=themes, recipient=recipient)


def test_a_no_leaves_with_its_area_which_says_how_little_was_asked():
    [area] = leaving({"A0": lines(A0a="NEI", A0d="NEI")})
    assert (area.code, area.state, [answer.shown for answer in area.answers]) == ("C", ASKED_SHORT, [("Nei",)])
    assert payload._area(area, FORM)["tittel"] == "Bolig (spurt kort)"


def test_what_leaves_tells_nothing_of_answers_that_stay_inside():
    """A recipient that gets a no alone reads the same, whether or not there is more that it may not have."""
    line = {"A0": lines(A0f="NEI")}
    more = line | {"H": {"answers": situations.form_answers(H1="MYE")}}
    without = {"A0": lines(A0f="NEI", A0a="JA")}
    only_drugs = [Theme.RUS]
    assert leaving(line, "H", only_drugs) == leaving(without, "H", only_drugs)
    assert leaving(line, "N", only_drugs) == leaving(more, "N", only_drugs) == []


def test_a_declined_area_keeps_what_was_said_of_it_in_short_inside():
    assert leaving({"A0": lines(A0a="JA"), "C": {"state": DECLINED}}) == []
    assert leaving({"A0": lines(A0a="JA") | {"state": DECLINED}}) == []


def test_the_case_system_gets_no_line_on_health_or_drugs_without_its_tick():
    sections = {"A0": lines(A0e="JA", A0f="NEI", A0a="NEI")}
    assert [area.code for area in leaving(sections, CASE_SYSTEM)] == ["C"]


# --- the pages -----------------------------------------------------------------------------------------------------------

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
SAID = {"A0a": "JA", "A0b": "NEI", "A0c": "SNAKKE_MER", "A0g": "JA"}


def test_a_yes_leads_to_its_area_and_the_last_of_them_to_the_check(signed_in, mapping):
    assert send(signed_in, mapping, "A0", **SAID).url == url("area", mapping, step="C")
    assert send(signed_in, mapping, "C", C2="NEI").url == url("area", mapping, step="I")
    assert send(signed_in, mapping, "I", then="back", I5="NEI").url == url("area", mapping, step="C")
    assert send(signed_in, mapping, "I", I5="NEI").url == url("check", mapping)


def test_without_the_short_form_the_areas_follow_one_another(signed_in, mapping):
    assert send(signed_in, mapping, "A0").url == url("area", mapping, step="A")
    assert send(signed_in, mapping, "C", C2="NEI").url == url("area", mapping, step="D")


def test_the_hub_leads_on_where_a_yes_was_said_and_counts_apart_what_was_asked_in_short(signed_in, mapping):
    hub = page_text(signed_in.get(url("hub", mapping)))
    assert "Start med kortskjemaet" in hub
    send(signed_in, mapping, "A0", **SAID)
    page = signed_in.get(url("hub", mapping))
    assert f'class="ds-button" href="{url("area", mapping, step="C")}"' in page.content.decode()
    hub = page_text(page)
    assert "1 av 13 områder er gått gjennom" in hub
    assert "1 område er spurt kort" in hub
    assert "1 område tar dere neste gang" in hub
    assert "tar omtrent" in hub


def test_check_and_reading_show_each_kind_under_its_own_heading(signed_in, mapping, mapper):
    send(signed_in, mapping, "A0", **SAID)
    send(signed_in, mapping, "I", I5="NEI")
    check = page_text(signed_in.get(url("check", mapping)))
    assert "Gått gjennom: 2. Spurt kort: 1. Neste gang: 1. Ikke spurt: 8." in " ".join(check.split())
    actions.sign_off(mapping, by=mapper)
    for page in (check, page_text(signed_in.get(url("read", mapping)))):
        heads = ("Vil ha hjelp, ikke spurt mer ennå", "Vil snakke mer neste gang", "Spurt kort, trenger ikke hjelp")
        places = [page.index(head) for head in (*heads, "Ikke spurt")]
        assert places == sorted(places)
        assert "Bolig" in page[places[0] : places[1]]
        assert "Arbeid" in page[places[1] : places[2]]
        assert "Økonomi og gjeld" in page[places[2] : places[3]]


def test_what_was_said_is_sealed_and_the_rows_tell_nothing_of_it(signed_in, mapping, mapper):
    """The same rows, states and events, whatever the ten lines say."""
    other = situations.an_interview(mapper, situations.a_person(family="Annerledes"))
    send(signed_in, mapping, "A0", **{f"A0{line}": "NEI" for line in "abcdefghij"})
    send(signed_in, other, "A0", **{f"A0{line}": "JA" for line in "abcdefghij"})
    rows = [list(Section.objects.filter(mapping=one).values_list("area", "state")) for one in (mapping, other)]
    assert rows[0] == rows[1] == [("A0", "FULLFOERT")]
    events = [
        list(Event.objects.filter(subject=one.person_id).values_list("verb", "reason").order_by("pk"))[-2:]
        for one in (mapping, other)
    ]
    assert events[0] == events[1]


def test_the_few_questions_that_decide_come_first_and_the_rest_opens_when_it_holds_something(signed_in, mapping):
    page = signed_in.get(url("area", mapping, step="C")).content.decode()
    more = page.index('<details class="brik-more"')
    assert page.index('name="C-C2"') < more < page.index('name="C-C1"')
    assert '<details class="brik-more" >' in page or '<details class="brik-more">' in page
    send(signed_in, mapping, "C", C1="EIDE")
    assert re.search(
        r'<details class="brik-more"\s+open', signed_in.get(url("area", mapping, step="C")).content.decode()
    )


def test_an_error_in_the_rest_opens_it(signed_in, mapping):
    page = send(signed_in, mapping, "I", I5="NEI", I6="x" * 600)
    assert page.status_code == 422
    assert re.search(r'<details class="brik-more"\s+open', page.content.decode())


def test_remand_is_read_the_sentence_about_the_case_before_the_ten_lines(client, mapper):
    mapping = situations.an_interview(mapper, situations.a_person(status=LegalStatus.REMAND))
    client.force_login(mapper)
    page = client.get(url("area", mapping, step="VA0")).content.decode()
    assert page.index('name="VA0-VA3"') < page.index('name="VA0-VA0a"')


def test_whether_it_is_the_first_talk_is_known_and_not_asked(signed_in, mapping, mapper):
    assert "Første samtale" in page_text(signed_in.get(url("area", mapping, step="A")))
    assert 'name="A-A2"' not in signed_in.get(url("area", mapping, step="A")).content.decode()
    actions.sign_off(mapping, by=mapper)
    new = actions.begin(actions.renew(Mapping.objects.get(pk=mapping.pk), by=mapper), by=mapper)
    assert "Ny samtale, forrige ble ferdigstilt" in page_text(signed_in.get(url("area", new, step="A")))
