"""Every page the resolver knows, with something on it, as somebody who may open it: accessible, and nothing scrolls."""

from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.urls import reverse

from brik.people.models import Organisation, Unit
from brik.vault import keys
from followup.desk.demo import register, telling
from tests.access import world
from tests.access.test_access import HERE, ROLES, TABLE, somebody
from tests.browser import shoot, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(page, user, base_url: str) -> None:
    """A session as the login page would have made it."""
    page.context.clear_cookies()
    if user is None:
        return
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": base_url}])


def test_every_page_is_accessible_and_reflows(browser_page, live_server):
    register.load()
    call_command("load_texts", stdout=StringIO())
    here = Unit.objects.get(number=HERE)
    with keys.ring():
        arguments = world.build(here, Organisation.objects.get(number=telling.HEALTH))
    users = {role: somebody(role, here) for role in ROLES}
    page, wrong, seen = browser_page, [], 0
    for name, row in TABLE.items():
        opens = [role for role in ROLES if row[role].startswith("200")]
        if row["metode"] != "GET" or not opens or name.endswith(("pdf", "consent:receipt")) or name == "pages:session":
            continue
        for role in {opens[0], opens[-1]}:
            signed_in(page, users[role], live_server.url)
            response = page.goto(reverse(name, kwargs=arguments.get(name, {})))
            assert response.status == 200, (name, role)
            seen += 1
            shoot(page, f"alle-{name}-{role}")
            wrong += [f"{name} {role}: {found}" for found in violations(page)]
            page.set_viewport_size({"width": 320, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size({"width": 1280, "height": 900})
            if wide > 320:
                wrong.append(f"{name} {role}: {wide} px wide at 320 px")
    assert seen > 40
    assert not wrong, "\n" + "\n".join(wrong)
