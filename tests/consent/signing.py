"""Ways to sign but by drawing, which is what ``situations`` does."""

from consent.models import Consent
from consent.talk import actions
from consent.talk.signing import scans
from tests import situations

TYPED = {"method": "TYPED", "name": "Kalle Kule", "confirmed": True}


def signed_on_paper(by, **talk) -> Consent:
    """A consent whose signature is a scan of two pages."""
    open_talk = situations.a_talk(situations.a_person(), by, signature={"method": "PAPER"}, **talk)
    open_talk.scan = scans.redrawn(situations.a_scanned_pdf(pages=2))
    open_talk.save()
    return actions.finish(open_talk, by=by)
