"""Needs: proposed by the interview, confirmed with the person, moved as the table allows, each with its event."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle as interviews
from brik.pages.refusal import Refused
from brik.staff.models import Role
from brik.vault import keys
from brik.vault.codes.row_codes import CodeBroken
from brik.vault.models import INTERVIEW, Key
from brik.vault.sealing import Shredded
from followup.plan import actions
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.models import Need, NeedSource, NeedState
from followup.plan.need_states import MOVES, NeedLevel, NeedMover, NeedWish, may_move
from followup.plan.needs import NeedContent
from followup.plan.refusals import NeedRefusal
from tests import situations
from tests.plan.needs import confirmed, entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

LARGE_AND_WANTED = NeedContent(Theme.BOLIG, NeedLevel.LARGE, NeedWish.YES)


def refused(why: NeedRefusal, action, *args, **named):
    before = list(Need.objects.values("pk", "state", "row_version"))
    with pytest.raises(Refused) as refusal, transaction.atomic():
        action(*args, **named)
    assert refusal.value.why is why
    assert list(Need.objects.values("pk", "state", "row_version")) == before


def events(need) -> list[tuple[str, str, int]]:
    found = Event.objects.filter(object_name="need", object_id=str(need.pk)).order_by("pk")
    return [(event.verb, event.reason, event.row_version) for event in found]


def test_what_the_interview_proposes_is_a_need_once_the_person_has_confirmed_it(interview, mapper):
    offered = actions.proposals(interview, [])
    assert offered == {Theme.BOLIG: LARGE_AND_WANTED}
    need = confirmed(interview, by=mapper)
    assert (need.opened, need.state, need.source) == (LARGE_AND_WANTED, NeedState.OPEN, NeedSource.INTERVIEW)
    assert events(need) == [(Verb.NEED_ENTERED, "need_interview", 1)]
    assert actions.proposals(interview, [need]) == {}


def test_a_theme_that_the_interview_does_not_propose_is_not_confirmed(interview, mapper):
    refused(NeedRefusal.UNKNOWN, actions.confirm, interview, themes=[Theme.RUS], by=mapper)
    confirmed(interview, by=mapper)
    refused(NeedRefusal.UNKNOWN, actions.confirm, interview, themes=[Theme.BOLIG], by=mapper)


def test_a_theme_is_one_open_need(interview, mapper):
    entered(interview, Theme.ARBEID, by=mapper)
    again = NeedContent(Theme.ARBEID, NeedLevel.URGENT, NeedWish.LATER)
    refused(NeedRefusal.EXISTS, actions.enter, interview, content=again, by=mapper)


def test_every_move_of_the_table_that_the_staff_make(interview, mapper):
    def ended(how, **given):
        need = entered(interview, Theme.ARBEID, by=mapper)
        return how(need, version=need.row_version, by=mapper, **given)

    for how, to, given in (
        (actions.meet, NeedState.MET, {}),
        (actions.decline, NeedState.DECLINED, {"present": True}),
        (actions.lapse, NeedState.LAPSED, {"reason": "ORDNET_SELV"}),
        (actions.mark_in_error, NeedState.IN_ERROR, {}),
    ):
        need = ended(how, **given)
        assert (need.state, need.moved_by, need.reason) == (to, mapper, given.get("reason", ""))
        assert events(need)[-1] == (Verb.NEED_MOVED, to.event_code, 2)
        # An end is not ended again.
        for again in (actions.meet, actions.mark_in_error):
            refused(NeedRefusal.NOT_SO, again, need, version=need.row_version, by=mapper)


@pytest.mark.parametrize("to", [NeedState.MET, NeedState.DECLINED, NeedState.LAPSED])
def test_what_has_ended_is_opened_again_for_a_reason_only(interview, mapper, to):
    need = entered(interview, Theme.ARBEID, by=mapper)
    match to:
        case NeedState.MET:
            need = actions.meet(need, version=1, by=mapper)
        case NeedState.DECLINED:
            need = actions.decline(need, present=True, version=1, by=mapper)
        case _:
            need = actions.lapse(need, reason="IKKE_LENGER", version=1, by=mapper)
    refused(NeedRefusal.NO_REASON, actions.reopen, need, reason="", version=2, by=mapper)
    refused(NeedRefusal.NO_REASON, actions.reopen, need, reason="ORDNET_SELV", version=2, by=mapper)
    again = actions.reopen(need, reason="VIL_LIKEVEL", version=2, by=mapper)
    assert (again.state, again.reason) == (NeedState.OPEN, "VIL_LIKEVEL")
    assert [row.state for row in again.history.order_by("history_id")] == [NeedState.OPEN, to, NeedState.OPEN]


def test_what_was_entered_in_error_stays_so(interview, mapper):
    need = actions.mark_in_error(entered(interview, Theme.ARBEID, by=mapper), version=1, by=mapper)
    refused(NeedRefusal.NOT_SO, actions.reopen, need, reason="VIL_LIKEVEL", version=2, by=mapper)


def test_it_is_not_opened_again_beside_another_of_its_theme(interview, mapper):
    need = actions.meet(entered(interview, Theme.ARBEID, by=mapper), version=1, by=mapper)
    entered(interview, Theme.ARBEID, by=mapper)
    refused(NeedRefusal.EXISTS, actions.reopen, need, reason="IKKE_LOEST", version=2, by=mapper)


def test_only_the_person_says_no_thanks(interview, mapper):
    need = confirmed(interview, by=mapper)
    refused(NeedRefusal.ABSENT, actions.decline, need, present=False, version=1, by=mapper)


def test_a_need_falls_away_for_a_reason_of_the_list(interview, mapper):
    need = confirmed(interview, by=mapper)
    for reason in ("", "fordi", "VIL_LIKEVEL"):
        refused(NeedRefusal.NO_REASON, actions.lapse, need, reason=reason, version=1, by=mapper)
    assert reasons().label(actions.lapse(need, reason="ORDNET_SELV", version=1, by=mapper).reason)


def test_no_staff_member_says_that_a_need_was_not_met_at_release():
    movers = {mover for (_, to), who in MOVES.items() if to is NeedState.NOT_MET for mover in who}
    assert movers == {NeedMover.RELEASE}
    assert not may_move(NeedState.MET, NeedState.NOT_MET, NeedMover.RELEASE)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "IKKE_DEKKET"},
        {"state": "TAKKET_NEI", "moved_by": None},
        {"state": "BORTFALT", "reason": ""},
        {"state": "HVA_SOM_HELST"},
    ],
)
def test_the_database_refuses_an_end_that_nobody_gave(interview, mapper, values):
    need = confirmed(interview, by=mapper)
    for name, value in values.items():
        setattr(need, name, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        need.save()


def test_level_and_wish_are_changed_and_the_theme_stays(interview, mapper):
    need = confirmed(interview, by=mapper)
    less = NeedContent(Theme.BOLIG, NeedLevel.SOME, NeedWish.LATER)
    changed = actions.change(need, content=less, version=1, by=mapper)
    assert (changed.opened, changed.row_version) == (less, 2)
    assert events(need)[-1] == (Verb.NEED_CHANGED, "", 2)
    other = NeedContent(Theme.RUS, NeedLevel.SOME, NeedWish.YES)
    refused(NeedRefusal.NOT_SO, actions.change, changed, content=other, version=2, by=mapper)
    actions.meet(changed, version=2, by=mapper)
    refused(NeedRefusal.NOT_SO, actions.change, changed, content=less, version=3, by=mapper)


def test_two_officers_on_one_need_lose_nothing(interview, mapper, oslo):
    """The second is told that somebody else has changed it, and changes nothing."""
    need, colleague = confirmed(interview, by=mapper), situations.an_account(at=oslo)
    actions.change(need, content=NeedContent(Theme.BOLIG, NeedLevel.URGENT, NeedWish.YES), version=1, by=mapper)
    for second in (
        lambda: actions.meet(need, version=1, by=colleague),
        lambda: actions.decline(need, present=True, version=1, by=colleague),
        lambda: actions.change(need, content=LARGE_AND_WANTED, version=1, by=colleague),
    ):
        refused(NeedRefusal.CHANGED, second)
    assert Need.objects.get(pk=need.pk).opened.level is NeedLevel.URGENT


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_other_roles_of_the_unit_do_nothing_to_needs(interview, mapper, oslo, role):
    need, other = confirmed(interview, by=mapper), situations.an_account(role, at=oslo)
    for action in (
        lambda: actions.enter(interview, content=NeedContent(Theme.RUS), by=other),
        lambda: actions.confirm(interview, themes=[], by=other),
        lambda: actions.meet(need, version=1, by=other),
    ):
        with pytest.raises(PermissionDenied):
            action()
    assert not Need.objects.visible_to(other).exists()


def test_a_mapper_sees_those_of_the_own_unit_and_only_while_approved(interview, mapper, oslo, noise):
    need = confirmed(interview, by=mapper)
    assert set(Need.objects.visible_to(mapper)) == {need}
    assert not Need.objects.visible_to(situations.an_account(at=oslo, approved=False)).exists()
    assert set(Need.objects.visible_to(noise.entered_by)) == {noise}
    with pytest.raises(PermissionDenied):
        actions.meet(noise, version=1, by=mapper)


def test_once_the_interview_is_closed_inside_nobody_sees_or_writes_needs(interview, mapper, person):
    need = confirmed(interview, by=mapper)
    interviews.close_gate(person, reason="withdrawn", by=mapper, readable_until=timezone.now())
    assert not Need.objects.visible_to(mapper).exists()
    refused(NeedRefusal.CLOSED, actions.enter, interview, content=NeedContent(Theme.RUS), by=mapper)
    refused(NeedRefusal.CLOSED, actions.meet, need, version=1, by=mapper)


def test_while_it_may_still_be_read_needs_end_and_none_is_new(interview, mapper, person):
    need = confirmed(interview, by=mapper)
    interviews.close_gate(person, reason="expired", by=mapper)
    refused(NeedRefusal.CLOSED, actions.enter, interview, content=NeedContent(Theme.RUS), by=mapper)
    met = actions.meet(need, version=1, by=mapper)
    refused(NeedRefusal.CLOSED, actions.reopen, met, reason="IKKE_LOEST", version=2, by=mapper)


def test_theme_level_and_wish_are_sealed_and_gone_with_the_key_of_the_interview(interview, mapper):
    need = confirmed(interview, by=mapper)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(need)::text FROM plan_need need WHERE uuid = %s", [need.pk])
        [stored] = cursor.fetchone()
    assert not any(theme in stored for theme in Theme)
    situations.destroy_keys(Key.objects.filter(keeping=INTERVIEW, subject=interview.pk))
    with keys.ring(), pytest.raises(Shredded):
        _ = Need.objects.get(pk=need.pk).opened
    assert Need.objects.get(pk=need.pk).state == NeedState.OPEN


def test_a_need_that_was_moved_past_us_is_not_acted_on(interview, mapper):
    need = confirmed(interview, by=mapper)
    situations.forge(need, state="DEKKET")
    with pytest.raises(CodeBroken):
        actions.meet(need, version=1, by=mapper)


def test_what_a_need_was_before_is_never_changed(interview, mapper):
    confirmed(interview, by=mapper)
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("UPDATE plan_historicalneed SET state = 'DEKKET'")
