"""The first two accounts of a new installation. Every later account takes two people.

Nobody can confirm the first two, so the installation itself writes their rows, under a rule of their own.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.accounts import Post, Role, Staff, user_name
from brik.staff.rules import NotAllowed

INSTALLATION = Process("setup")
ONE_AT_A_TIME = "first account"


@transaction.atomic
def make_first_account(username: str, *, password: str) -> Staff:
    """Make a system keeper, on an installation with no post but at most one other system keeper's.

    Raises:
        NotAllowed: there are two already, or somebody has another post, or the user name is taken.
        ValidationError: the password is too weak.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [ONE_AT_A_TIME])
    posts = list(Post.objects.values_list("role", flat=True))
    if len(posts) > 1 or any(role != Role.SYSTEM for role in posts):
        raise NotAllowed("There are accounts already. A system keeper makes the next ones on the page Kontoer.")
    username = user_name(username)
    if Staff.objects.filter(username=username).exists():
        raise NotAllowed("The user name is taken.")
    account = Staff(username=username, name=username)
    validate_password(password, account)
    account.set_password(password)
    account.full_clean(exclude=["password"])
    account.save()
    log.record(Verb.STAFF_CHANGED, by=INSTALLATION, obj=account, reason=Reason.CREATED)
    Post.objects.create(staff=account, role=Role.SYSTEM, since=timezone.localdate())
    log.record(Verb.STAFF_CHANGED, by=INSTALLATION, obj=account, reason=Reason.POST_GIVEN, about=Role.SYSTEM.value)
    return account
