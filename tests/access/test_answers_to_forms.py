"""Whatever is sent to whatever address by whomever: no page of a person comes back for the browser to keep."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from brik.pages.unsaved import typist
from brik.staff.kept_pages.redirects import ANSWERED_AT_ONCE
from brik.staff.models import Organisation, Unit
from brik.vault import keys
from followup.demo import register, telling
from tests.access import world
from tests.access.table import ROLES, TABLE

pytestmark = pytest.mark.django_db

WORD = "Uforvekslelig"
# Nothing; what searches and simple forms take, and others do not; a form sent only to be shown again.
SENT = [
    {},
    {"q": WORD, "number": "01810112345", "name": WORD, "reason": "", "password": "kort", "active": "1", "answer": "ja"},
    {"show_again": "1", "name": WORD},
]
# Open to everybody, and shown to nobody in particular: what they answer to a form that they do not take.
OF_NOBODY = {"pages:logged_out", "pages:language", "pages:about", "pages:health", "sharing:keys", "consent:sound"}


def test_no_form_is_answered_with_a_page(client):
    register.load()
    call_command("load_texts", stdout=StringIO())
    here = Unit.objects.get(number="0501")
    with keys.ring():
        own = world.build(here, Organisation.objects.get(number=telling.HEALTH))
    client.follows_kept = False
    answered, redirected = [], 0
    for role in ROLES:
        user = world.somebody(role, here)
        client.logout()
        if user is not None:
            client.force_login(user)
        for name in TABLE:
            for sent in SENT:
                typed = sent | ({typist.FIELD: typist._signer().sign(str(user.pk))} if user else {})
                cookies = client.cookies.copy()
                with transaction.atomic():
                    answer = client.post(reverse(name, kwargs=own.get(name, {})), typed)
                    transaction.set_rollback(True)
                client.cookies = cookies
                is_page = answer.headers.get("Content-Type", "").startswith("text/html") and bool(answer.content)
                if is_page and name not in ANSWERED_AT_ONCE and (user or name not in OF_NOBODY):
                    answered.append(f"{name} {role}: {answer.status_code}")
                redirected += answer.status_code == 303
                assert WORD not in answer.content.decode(errors="replace"), name
    assert not answered, "\n" + "\n".join(answered)
    assert redirected > 1000


def test_those_answered_at_once_are_these():
    assert set(ANSWERED_AT_ONCE) == {"pages:login", "pages:logout", "pages:hidden", "pages:own_password"}
