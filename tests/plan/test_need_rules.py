"""Which answers make which need; and a file with a mistake stops the start, with file and line."""

import pytest

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.themes import Theme
from followup.plan import checks
from followup.plan.catalogue import need_reasons, need_rules
from followup.plan.catalogue.need_rules import proposed, rules
from followup.plan.need_states import NeedLevel, NeedWish
from followup.plan.needs import NeedContent

BOLIG = Theme.BOLIG
NOT_SAID, YES, LATER = NeedWish.NOT_SAID, NeedWish.YES, NeedWish.LATER


@pytest.mark.parametrize(
    ("answers", "content"),
    [
        ({"C_behov": "2", "C_hjelp": "JA"}, NeedContent(BOLIG, NeedLevel.LARGE, YES)),
        ({"C_behov": "3", "C_hjelp": "SENERE"}, NeedContent(BOLIG, NeedLevel.URGENT, LATER)),
        ({"C_behov": "1"}, NeedContent(BOLIG, NeedLevel.SOME, NOT_SAID)),
        ({"C_behov": "0", "C_hjelp": "JA"}, NeedContent(BOLIG, NeedLevel.NONE, YES)),
        # The larger of two counts, and the first wish that was said.
        ({"C1": "UTEN", "C_behov": "1", "C_hjelp": "JA"}, NeedContent(BOLIG, NeedLevel.LARGE, YES)),
        ({"C1": "UTEN", "A0a": "SNAKKE_MER"}, NeedContent(BOLIG, NeedLevel.LARGE, LATER)),
        ({"A0a": "JA"}, NeedContent(BOLIG, NeedLevel.NONE, YES)),
    ],
)
def test_these_answers_make_a_need(answers, content):
    assert proposed("domfelt", "2026.3", answers) == {BOLIG: content}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"C_behov": "0"},
        {"C_behov": "VET_IKKE", "C_hjelp": "VIL_IKKE_SVARE"},
        {"A0a": "NEI"},
        {"C1": "EIER"},
        # Who has said no to help is proposed nothing, however large the need.
        {"C_behov": "3", "C_hjelp": "NEI"},
        {"C1": "UTEN", "C_hjelp": "NEI"},
    ],
)
def test_these_answers_make_none(answers):
    assert proposed("domfelt", "2026.3", answers) == {}


def test_one_of_several_answers_is_enough():
    [content] = proposed("varetekt", "2026.3", {"VC4": ["LAAN", "REGNINGER"]}).values()
    assert content == NeedContent(Theme.OEKONOMI, NeedLevel.LARGE, NOT_SAID)


def test_every_version_of_every_form_has_rules():
    assert set(rules()) == set(catalogue.load_all(catalogue.FOLDER))
    assert all(rules().values())
    assert checks.catalogues_are_whole(None) == []


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """A file with one thing exchanged."""

    def change(module, before: str, after: str):
        text = module.PATH.read_text()
        assert before in text
        copy = tmp_path / module.PATH.name
        copy.write_text(text.replace(before, after, 1))
        monkeypatch.setattr(module, "PATH", copy)
        clear()
        return checks.catalogues_are_whole(None)

    def clear():
        need_rules.rules.cache_clear()
        need_reasons.reasons.cache_clear()

    yield change
    monkeypatch.undo()
    clear()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("scale: C_behov", "scale: C_behovet", "needs.yaml, line 10: domfelt 2026.1 has no question 'C_behovet'"),
        ("any_of: [UTEN]", "any_of: [HJEMLOES]", "line 11: C1 of domfelt 2026.1 has no answer 'HJEMLOES'"),
        ("theme: BOLIG", "theme: OEKONOMI", "line 10: C_behov of domfelt 2026.1 is not about OEKONOMI"),
        ("theme: BOLIG", "theme: HUS", "line 10: one of BOLIG"),
        ("level: 2", "level: 4", "line 11: a level is 1, 2 or 3"),
        ("wish: C_hjelp}", "wish: C_behov}", "line 10: C_behov of domfelt 2026.1 has no answer"),
        (", wish: C_hjelp}", "}", "line 10: scale and wish, line, or answer"),
        ('since: "2026.1"', 'since: "2026.2"', "no rules for domfelt 2026.1"),
        ('since: "2026.1"', "since: nå", "line 8: a version is numbers and points"),
        ("form: domfelt", "form: doemt", "there is no form 'doemt'"),
        ("scale: C_behov", "skala: C_behov", "unknown key 'skala'"),
    ],
)
def test_a_rule_with_a_mistake_stops_the_start_with_file_and_line(changed, before, after, told):
    [error] = changed(need_rules, before, after)
    assert error.id == "plan.E001"
    assert told in error.msg


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("nn: Personen har ordna det sjølv, ", "", "'nn'"),
        ("ORDNET_SELV", "ORDNET_SELV_OG_MER_ENN_DET", "at most 24"),
        ("VIL_LIKEVEL", "IKKE_LENGER", "both lists"),
        ("lapsed:", "bortfalt:", "unknown key"),
    ],
)
def test_a_reason_with_a_mistake_stops_the_start(changed, before, after, told):
    [error] = changed(need_reasons, before, after)
    assert error.id == "plan.E002"
    assert told in error.msg
