"""The consent talk as the house holds it: what is decided in it is carried through outside in the same transaction."""

from django.http import HttpRequest, HttpResponse

from brik.mapping.pages.area import save_failure
from consent.models import Consent, Talk
from consent.talk.wizard import TalkWizard
from followup.desk import actions


class DeskTalk(TalkWizard):
    def finish(self, talk: Talk) -> Consent:
        return actions.finish_talk(talk, by=self.staff)


def not_received(request: HttpRequest, status: int, **kwargs: object) -> HttpResponse | None:
    """A page sent while the screen was hidden, or the database away: it holds on to what was typed."""
    alone = {401: save_failure.held, 503: save_failure.database_down}.get(status)
    return alone(request) if alone else None


talk = DeskTalk.as_view(url_name="desk:talk")
talk.not_received = not_received
