"""The consent talk as the house holds it: what is decided in it is carried through outside in the same transaction."""

from consent.models import Consent, Talk
from consent.wizard import TalkWizard
from followup.desk import actions


class DeskTalk(TalkWizard):
    def finish(self, talk: Talk) -> Consent:
        return actions.finish_talk(talk, by=self.staff)
