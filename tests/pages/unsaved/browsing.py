"""A browser without scripts: it signs in, opens forms, and sends them with every hidden field they hold."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.situations import PASSWORD


class Browser:
    """One user at one machine; form tokens are checked as in production."""

    def __init__(self, user):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.sign_in(user)

    def sign_in(self, user):
        address = reverse("pages:login")
        answer = self.send(self.open(address, ending=address), username=user.username, password=PASSWORD)
        assert answer.status_code == 302

    def lose_session(self):
        self.client.session.flush()

    def open(self, address, *, ending=""):
        return form_on(self.client.get(address), ending=ending)

    def send(self, form, **typed):
        action, fields = form
        return self.client.post(action, {**fields, **typed})

    def hide(self):
        """Hide the screen in another tab."""
        action, fields = self.open(reverse("pages:own_password"), ending=reverse("pages:hide"))
        assert self.client.post(action, fields).status_code == 302

    def show(self):
        address = reverse("pages:hidden")
        answer = self.send(self.open(address), password=PASSWORD)
        assert answer.status_code == 302


def form_on(response, *, ending="", among=""):
    """Where a form is sent, and its hidden fields: the page's own (the last), or that to an address, or with a field."""
    address = response.request["PATH_INFO"]
    place = ".//form" if ending else ".//main//form"
    forms = [form for form in html.fromstring(response.content).iterfind(place) if form.get("method") == "post"]
    found = [form for form in forms if (form.get("action") or address).endswith(ending)]
    form = [form for form in found if not among or form.xpath(f".//*[@name='{among}']")][-1]
    fields: dict[str, list[str]] = {}
    for field in form.iterfind(".//input[@type='hidden']"):
        fields.setdefault(field.get("name"), []).append(field.get("value") or "")
    return form.get("action") or address, fields


def words_on(response) -> str:
    """What can be read on a page."""
    return str(html.fromstring(response.content).text_content())


@contextmanager
def database_away():
    """Nothing listens where the database was. For tests of real transactions."""
    place = connection.settings_dict
    connection.close()
    before, place["HOST"] = place["HOST"], "/nowhere"
    try:
        yield
    finally:
        connection.close()
        place["HOST"] = before
