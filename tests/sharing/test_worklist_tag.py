"""What has come of sharing stands on the worklist, for those who see deliveries and for nobody else."""

import pytest

from brik.staff.models import Role
from followup.desk.worklist.rows import FollowUp, rows
from followup.sharing import actions
from followup.sharing.models import PartnerAnswerKind
from tests import factories
from tests.consent import given
from tests.sharing import shares

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def test_a_no_is_told_apart_until_the_partner_answers_otherwise_or_it_is_taken_back():
    mapper, nav = factories.staff(), given.organisation()
    mapping, delivery = shares.shared(nav, by=mapper)
    adviser = factories.staff(Role.PARTNER, organisation=nav)

    def tag():
        return rows([mapping.person_id], mapper)[0].follow_up

    assert tag() is None
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.CANNOT_HELP, by=adviser)
    assert tag() is FollowUp.DECLINED
    assert rows([mapping.person_id], factories.staff(Role.CONTACT_OFFICER))[0].follow_up is None
    actions.answer(delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, by=adviser)
    assert tag() is FollowUp.ANSWERED
    shares.withdraw(mapping.person)
    assert tag() is None
