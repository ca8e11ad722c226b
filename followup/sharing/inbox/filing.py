"""Who at a recipient works with a summary, and what is put away: nobody outside the recipient sees it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.staff.access import require
from brik.staff.models import Post, Role, Staff
from followup.sharing import actions
from followup.sharing.models import Delivery, Disclosure
from followup.sharing.permissions import SharingPermission


def colleagues(user: Staff) -> list[Staff]:
    """The people of the user's organisation who may work with what lies in its inbox, the user among them."""
    posts = Post.objects.current().filter(role=Role.PARTNER, staff__organisation=user.organisation_id)
    people = posts.filter(staff__is_active=True, staff__organisation__isnull=False).select_related("staff")
    return sorted({post.staff for post in people}, key=lambda staff: (staff.name, staff.username))


def of(disclosure: Disclosure, user: Staff) -> Delivery | None:
    """The delivery of a summary in the user's inbox, which says who works with it; None where it lies there no more."""
    rows = Delivery.objects.in_inbox_of(user).filter(disclosure=disclosure)
    found: Delivery | None = rows.select_related("assigned_to").first()
    return found


@transaction.atomic
def assign(disclosure: Disclosure, *, to: Staff | None, by: Staff) -> None:
    """Give a summary to a colleague, or to nobody; nothing happens where it is so.

    Raises as ``actions.readable``, and ``CodeBroken`` where the colleague's account was changed past us.
    """
    require(by, SharingPermission.INBOX, disclosure)
    delivery, _ = actions.readable(disclosure, by=by)
    if delivery.assigned_to_id == (to.pk if to is not None else None):
        return
    if to is not None:
        to.demand_code()
    delivery.assigned_to = to
    delivery.save(update_fields=["assigned_to"])
    log.record(Verb.SUMMARY_ASSIGNED, by=by, subject=disclosure.person_id, obj=disclosure)


@transaction.atomic
def archive(disclosure: Disclosure, *, by: Staff) -> None:
    """Put a summary away. Raises as ``actions.readable``; nothing happens where it is so."""
    require(by, SharingPermission.INBOX, disclosure)
    delivery, _ = actions.readable(disclosure, by=by)
    if delivery.archived_at is not None:
        return
    delivery.archived_at = timezone.now()
    delivery.save(update_fields=["archived_at"])
    log.record(Verb.SUMMARY_ARCHIVED, by=by, subject=disclosure.person_id, obj=disclosure)


@transaction.atomic
def bring_back(disclosure: Disclosure, *, by: Staff) -> None:
    """Take a summary out of the archive. Raises as ``actions.readable``; nothing happens where it is so."""
    require(by, SharingPermission.INBOX, disclosure)
    delivery, _ = actions.readable(disclosure, by=by)
    if delivery.archived_at is None:
        return
    delivery.archived_at = None
    delivery.save(update_fields=["archived_at"])
    log.record(Verb.SUMMARY_BROUGHT_BACK, by=by, subject=disclosure.person_id, obj=disclosure)
