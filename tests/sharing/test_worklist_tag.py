"""What has come of sharing stands on the worklist, for those who see deliveries and for nobody else."""

import pytest

from brik.staff.models import Role
from followup.desk.worklist.rows import FollowUp, rows
from followup.sharing import actions
from followup.sharing.models import PartnerAnswerKind
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def test_a_no_is_told_apart_until_the_partner_answers_otherwise_or_it_is_taken_back():
    mapper, nav = situations.an_account(), situations.an_organisation()
    mapping, delivery = situations.a_shared_interview(nav, by=mapper)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)

    def tag():
        return rows([mapping.person_id], mapper)[0].follow_up

    assert tag() is None
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.CANNOT_HELP, by=adviser)
    assert tag() is FollowUp.DECLINED
    assert rows([mapping.person_id], situations.an_account(Role.CONTACT_OFFICER))[0].follow_up is None
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, by=adviser)
    assert tag() is FollowUp.ANSWERED
    situations.take_everything_back(mapping.person)
    assert tag() is None
