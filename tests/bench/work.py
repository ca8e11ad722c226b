"""What pages cost, in processor time and statements, against a bare session wizard of the same size in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.test import Client, override_settings
from django.urls import reverse

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from brik.vault import keys
from followup.sharing import actions
from tests import situations
from tests.bench.bare_wizard import STEPS
from tests.bench.figures import Figure
from tests.bench.spent import spent
from tests.mapping import pages

ROUNDS = 60
AREA, NEXT = "C", "D"


def measure() -> Iterator[Figure]:
    situations.publish_texts()
    nav = situations.all_recipients()[OrganisationKind.NAV_STATE]
    mapper = situations.an_account()
    with keys.ring():
        person = situations.a_person()
        situations.a_signed_consent(person, mapper, share={nav.kind: [Theme.BOLIG, Theme.ARBEID]})
        mapping = situations.a_signed_off_interview(mapper, person)
        actions.share(mapping, organisation=nav, by=mapper)
        interview = situations.an_interview(mapper)
    client = Client(SERVER_NAME="localhost")
    client.force_login(mapper)

    def page(name: str, *about: object) -> Callable[[], None]:
        def opened() -> None:
            assert client.get(reverse(name, args=about)).status_code == 200

        return opened

    with override_settings(ROOT_URLCONF="tests.bench.bare_wizard"):
        save, shown = _steps(client, interview)
        bare_save, bare_shown = _bare_steps(client)
        taken = spent(
            {
                "save": save,
                "next": shown,
                "bare save": bare_save,
                "bare next": bare_shown,
                "person page": page("desk:person", person.pk),
                "preview": page("sharing:preview", mapping.pk, nav.pk),
            },
            rounds=ROUNDS,
        )
    cycle, bare = (taken[f"{of}save"].cpu + taken[f"{of}next"].cpu for of in ("", "bare "))
    yield Figure("a step (save, next shown), processor, against a bare wizard", cycle / bare, at_most=2.0)
    yield Figure("a save, processor, against a bare wizard", taken["save"].cpu / taken["bare save"].cpu, at_most=2.0)
    statements = taken["save"].statements + taken["next"].statements
    yield Figure("a step, statements", statements, "", at_most=14)
    yield Figure("person page, statements", taken["person page"].statements, "", at_most=14)
    yield Figure("preview, statements", taken["preview"].statements, "")
    for name, one in taken.items():
        yield from one.figures(name)


def _steps(client: Client, interview) -> tuple[Callable[[], None], Callable[[], None]]:
    sent = {**pages.opened(client, interview, AREA), "then": "on", **pages.filled(AREA, C1="LEIDE_PRIVAT", C2="NEI")}

    def save() -> None:
        answer = client.post(pages.url("area", interview, step=AREA), sent)
        assert answer.status_code == 302, answer.status_code
        sent["version"] = str(int(sent["version"]) + 1)

    def shown() -> None:
        assert client.get(pages.url("area", interview, step=NEXT)).status_code == 200

    return save, shown


def _bare_steps(client: Client) -> tuple[Callable[[], None], Callable[[], None]]:
    first, second = STEPS[:2]

    def save() -> None:
        data = {"bare_wizard-current_step": first, **{f"{first}-{name}": "a" for name in ("q0", "q1")}}
        answer = client.post(reverse("bare_wizard", kwargs={"step": first}), data)
        assert answer.status_code == 302, answer.status_code

    def shown() -> None:
        assert client.get(reverse("bare_wizard", kwargs={"step": second})).status_code == 200

    return save, shown
