"""Situations by name: the one place that makes a person, a consent, an interview, a delivery.

Each says how it comes about: by *pages* (HTTP or a browser), by *actions* (what the pages call), or by *rows* (written
straight into the tables, where no action leads there or a test needs another moment than now). Take the action where
there is one. The demonstration makes its own, by actions (``followup/demo/telling.py``), for tests that stand on its
units and recipients; pages are gone through in ``tests/journeys/way.py``.
"""

from tests.situations.consent import (
    a_case_system,
    a_consent,
    a_legal_basis,
    a_permit,
    a_text,
    an_organisation,
    let_expire,
)
from tests.situations.delivery import (
    DESK,
    a_delivery,
    a_shared_interview,
    a_withdrawal,
    carry_out,
    let_answer_wait,
    take_back,
    take_everything_back,
)
from tests.situations.destroying import destroy_keys
from tests.situations.forging import forge, forged
from tests.situations.interview import (
    CONSENT_TALK,
    a_ready_interview,
    a_signed_off_interview,
    an_answer,
    an_interview,
    finish_interview,
    form_answers,
)
from tests.situations.person import (
    PASSWORD,
    a_mapper_and_a_person,
    a_number,
    a_person,
    a_unit,
    an_account,
    begin_test,
    numbers_of_one_birthday,
)
from tests.situations.protection import a_ruling, follow, protect
from tests.situations.scan import a_photo, a_scanned_pdf
from tests.situations.talk import (
    SIGNATURE_PATH,
    a_first_page,
    a_second_talk,
    a_signed_consent,
    a_talk,
    all_recipients,
    publish_texts,
    said_again,
)
from tests.situations.triggers import triggers_off

__all__ = [
    "CONSENT_TALK",
    "DESK",
    "PASSWORD",
    "SIGNATURE_PATH",
    "a_case_system",
    "a_consent",
    "a_delivery",
    "a_first_page",
    "a_legal_basis",
    "a_mapper_and_a_person",
    "a_number",
    "a_permit",
    "a_person",
    "a_photo",
    "a_ready_interview",
    "a_ruling",
    "a_scanned_pdf",
    "a_second_talk",
    "a_shared_interview",
    "a_signed_consent",
    "a_signed_off_interview",
    "a_talk",
    "a_text",
    "a_unit",
    "a_withdrawal",
    "all_recipients",
    "an_account",
    "an_answer",
    "an_interview",
    "an_organisation",
    "begin_test",
    "carry_out",
    "destroy_keys",
    "finish_interview",
    "follow",
    "forge",
    "forged",
    "form_answers",
    "let_answer_wait",
    "let_expire",
    "numbers_of_one_birthday",
    "protect",
    "publish_texts",
    "said_again",
    "take_back",
    "take_everything_back",
    "triggers_off",
]
