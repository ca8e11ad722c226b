"""Changes of accounts, posts and approvals that one person may make alone.

What gives access or trust takes two people: ``brik.staff.four_eyes``.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.access import require
from brik.staff.accounts import user_name
from brik.staff.models import MapperApproval, Organisation, Post, Role, Staff, Unit
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed, check_period, locked_account, refusing_duplicates


@transaction.atomic
def create_account(*, username: str, name: str, organisation: Organisation | None, password: str, by: Staff) -> Staff:
    """A new account without any post: it may sign in, change its password, and see nothing.

    Raises:
        PermissionDenied: ``by`` does not administer accounts.
        NotAllowed: the user name is taken.
    """
    require(by, StaffPermission.ADMINISTER)
    account = Staff(username=user_name(username), name=name, organisation=organisation)
    account.set_password(password)
    with refusing_duplicates(_("Brukernavnet er i bruk.")):
        account.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=account, reason=Reason.CREATED)
    return account


@transaction.atomic
def end_post(post: Post, *, on: date, by: Staff) -> Post:
    """End a post: from ``on`` it is no longer held. One that begins on that day or later is held on none.

    Raises:
        PermissionDenied: ``by`` does not administer accounts.
        NotAllowed: it is a post of ``by``.
    """
    require(by, StaffPermission.ADMINISTER)
    locked_account(post.staff, by=by)
    post.end(on)
    log.record(Verb.STAFF_CHANGED, by=by, obj=post.staff, reason=Reason.POST_ENDED, about=post.role)
    return post


@transaction.atomic
def change_own_password(*, password: str, by: Staff) -> Staff:
    """Set a password that ``by`` has chosen for their own account.

    Raises:
        NotAllowed: it is the same as before.
    """
    account: Staff = Staff.objects.select_for_update().get(pk=by.pk)
    if account.check_password(password):
        raise NotAllowed(_("Dette er passordet du har. Velg et annet."))
    account.set_password(password)
    account.password_by_other = False
    account.save()
    log.record(Verb.STAFF_CHANGED, by=account, obj=account, reason=Reason.OWN_PASSWORD_SET)
    return account


@transaction.atomic
def set_active(account: Staff, *, active: bool, by: Staff) -> None:
    """Close or open an account. Closing ends its sessions for good; nothing is deleted.

    Raises:
        PermissionDenied: ``by`` does not administer accounts.
        NotAllowed: it is the account of ``by``.
    """
    require(by, StaffPermission.ADMINISTER)
    account = locked_account(account, by=by)
    account.is_active = active
    account.times_closed += not active
    account.save()
    log.record(
        Verb.STAFF_CHANGED, by=by, obj=account, reason=Reason.ACCOUNT_OPENED if active else Reason.ACCOUNT_CLOSED
    )


@transaction.atomic
def approve_mapper(account: Staff, *, unit: Unit, since: date, until: date | None, by: Staff) -> MapperApproval:
    """Approve somebody as a mapper: a leader confirms that they are trained (FOR-2011-09-30-978 § 2).

    Raises:
        PermissionDenied: ``by`` does not lead that unit.
        NotAllowed: it is the account of ``by``, has no post as mapper there, or is approved in that time already.
    """
    approval = MapperApproval(staff=account, unit=unit, approved_by=by, since=since, until=until)
    require(by, StaffPermission.APPROVE_MAPPERS, approval)
    account = locked_account(account, by=by)
    check_period(since, until)
    if not account.posts.current().filter(role=Role.MAPPER, unit=unit).exists():
        raise NotAllowed(_("Bare den som har stilling som kartlegger i enheten, kan godkjennes."))
    overlapping = account.approvals.lasting().filter(Q(until=None) | Q(until__gt=since), unit=unit)
    if until is not None:
        overlapping = overlapping.filter(since__lt=until)
    if overlapping.exists():
        raise NotAllowed(_("Kartleggeren har en godkjenning i denne tiden fra før."))
    approval.save()
    log.record(Verb.MAPPER_APPROVED, by=by, obj=approval)
    return approval


@transaction.atomic
def end_approval(approval: MapperApproval, *, by: Staff) -> None:
    """Take back an approval, from today.

    Raises:
        PermissionDenied: ``by`` does not lead that unit.
        NotAllowed: it has ended already.
    """
    require(by, StaffPermission.APPROVE_MAPPERS, approval)
    approval = MapperApproval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    today = timezone.localdate()
    if approval.until is not None and approval.until <= today:
        raise NotAllowed(_("Godkjenningen er avsluttet fra før."))
    log.record(Verb.MAPPER_APPROVED, by=by, obj=approval, reason=Reason.APPROVAL_ENDED)
    approval.end(today)
