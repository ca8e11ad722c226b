"""Tries a password, and limits how often: by who tries it, so that nobody can shut anybody else out.

- A browser in which the account has signed in before has a counter of its own, and so has a session whose screen is
  hidden. What others do counts for neither.
- Any other browser shares the account's counter with all strangers, and its address's with everybody there.
- A name that no account has is treated like one: same answer, same statements. But it counts for no address, so that
  nobody shuts an address by making up names.
"""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import Exists, Value
from django.http import HttpRequest

from brik.audit import log
from brik.audit.actors import Nobody
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.accounts import user_name
from brik.staff.models import Staff, ThrottledAttempt
from brik.staff.sign_in import known_browsers, throttle
from brik.staff.sign_in.throttle import TooManyAttempts
from brik.vault.keys import lookup_hash

_ACCOUNT, _ADDRESS, _BROWSER, _SESSION = "login.account", "login.address", "login.browser", "login.session"


def sign_in_trial(request: HttpRequest, username: str, password: str) -> Staff | None:
    """The account, if the password is right. Raises :class:`TooManyAttempts` after too many wrong ones."""
    counter = known_browsers.browser_of(request).counter_of(username)
    if counter:
        return _try(request, username, password, purpose=_BROWSER, whom=counter)
    name, source = user_name(username), throttle.source_of(request)
    try:
        from_here = throttle.begin(_ADDRESS, source, limit=settings.LOGIN_TRIES_ADDRESS)
        try:
            throttle.begin(_ACCOUNT, name, limit=settings.LOGIN_TRIES_ACCOUNT)
        except TooManyAttempts:
            from_here.delete()  # no password was tried
            raise
    except TooManyAttempts as many:
        if many.first:
            _record_from_outside(source, name, Reason.TOO_MANY_ATTEMPTS)
        raise
    user = _authenticated(request, username, password)
    if user is None:
        # One statement, whether the name is made up or not.
        is_made_up = ~Exists(Staff.objects.filter(username=Value(name)))
        ThrottledAttempt.objects.filter(is_made_up, pk=from_here.pk).delete()
        _record_from_outside(source, name)
        return None
    from_here.delete()
    throttle.forget_attempts(_ACCOUNT, name)
    return user


def own_password_trial(request: HttpRequest, password: str) -> bool:
    """Whether ``password`` is that of the user signed in. Counted for this session alone.

    Raises:
        TooManyAttempts: too many wrong ones in this session.
    """
    username = cast(Staff, request.user).username
    user = _try(request, username, password, purpose=_SESSION, whom=request.session.session_key or "")
    return user is not None


def _try(request: HttpRequest, username: str, password: str, *, purpose: str, whom: str) -> Staff | None:
    try:
        throttle.begin(purpose, whom, limit=settings.LOGIN_TRIES_ACCOUNT)
    except TooManyAttempts as many:
        if many.first:
            _record(username, Reason.TOO_MANY_ATTEMPTS)
        raise
    user = _authenticated(request, username, password)
    if user is None:
        _record(username)
        return None
    throttle.forget_attempts(purpose, whom)
    return user


def _authenticated(request: HttpRequest, username: str, password: str) -> Staff | None:
    """The account whose password it is. Raises ``CodeBroken`` where the stored password was set past us."""
    user = authenticate(request, username=username, password=password)
    if user is not None:
        user.demand_code()
    return user


def _record(username: str, reason: str = "") -> None:
    term = lookup_hash(_ACCOUNT, user_name(username))
    log.record(Verb.LOGIN_FAILED, by=Nobody(), reason=reason, term_hash=term)


def _record_from_outside(source: str, name: str, reason: str = "") -> None:
    """One event, so long as this address has not filled the log: made-up names have no other limit."""
    try:
        throttle.begin("login.events", source, limit=settings.LOGIN_EVENTS_ADDRESS)
    except TooManyAttempts as many:
        if many.first:
            _record(name, Reason.TOO_MANY_ATTEMPTS)
        return
    _record(name, reason)
