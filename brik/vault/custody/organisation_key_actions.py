"""The key of an organisation, which opens with a person's what is sealed to both: replaced with an overlap, retired.

No key of the module or of the backup changes: it is done by whoever rotates keys, without custodians. In the overlap
both keys open; after it everything opens with the newer one, for the same readers as before. Both steps are events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from brik.audit.actors import Actor
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.codes.coded_models import proved
from brik.vault.codes.row_codes import fits
from brik.vault.custody.key_overlap import demand_over, overlap
from brik.vault.custody.refusals import CustodyRefused
from brik.vault.models import ORGANISATION, Key
from brik.vault.providers.provider import STALE
from brik.vault.rotation.counts import Report, RotationCount, silent
from brik.vault.rotation.data_keys import SECONDS_FOR_READERS, replace_key


def replace(
    subject: UUID, *, by: Actor, report: Report = silent, waiting: Callable[[int], None] = lambda left: None
) -> RotationCount:
    """Another key seals from now on, and what is sealed already is sealed anew. The older one still opens.

    Interrupted, the same call goes on. Raises ``RotationRefused`` where there is no key, or it is destroyed.
    """
    return replace_key(ORGANISATION, subject, by=by, ends=False, report=report, waiting=waiting)


def retire(
    subject: UUID,
    *,
    by: Actor,
    at_once: bool = False,
    seconds_for_readers: float = SECONDS_FOR_READERS,
    report: Report = silent,
    waiting: Callable[[int], None] = lambda left: None,
) -> RotationCount:
    """The older key is gone, if everything opens with the newer one alone: the proof tells. Interrupted, it goes on.

    Raises ``CustodyRefused`` when the key was not replaced, and before the overlap is over. ``at_once`` is for a key
    that is lost or stolen: then it waits until no process may still seal with it.
    """
    since = replaced_at(subject)
    if since is None:
        raise CustodyRefused("The key of this organisation is not being replaced.")
    demand_over(since, STALE if at_once else overlap(), "what is sealed under the older key may still be read with it")
    return replace_key(
        ORGANISATION, subject, by=by, seconds_for_readers=seconds_for_readers, report=report, waiting=waiting
    )


def key_of(subject: UUID) -> Key | None:
    """The key of an organisation, proved; None before the first row is sealed to it."""
    return next(iter(proved(Key.objects.filter(keeping=ORGANISATION, subject=subject))), None)


def replaced_at(subject: UUID) -> datetime | None:
    """Since when another key stands beside the older one; None where there is one key, or none.

    The newest event that was written here tells: one that was put in past us makes the overlap no shorter.
    """
    key = key_of(subject)
    if key is None or not key.before:
        return None
    told = Event.objects.filter(
        verb=Verb.KEYS_ROTATED, reason=Reason.CREATED, object_name=Key.RECORD_NAME, object_id=str(key.pk)
    )
    return next((event.at for event in told.order_by("-pk") if fits(event)), None)
