"""Who may do what: the mechanism. The table role × permission × scope is ``brik/roles.py``, named by a setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from functools import cache, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from brik.definitions.name_order import in_order
from brik.vault.codes.coded_models import proved

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponse])


class Scope(Enum):
    """How far a permission reaches."""

    UNIT = "unit"  # people whose present or last stay is in a unit where the user has the post
    APPROVED = "approved"  # as UNIT, but only with a valid approval as mapper there
    OWN_ORGANISATION = "own organisation"
    ALL = "all"


@cache
def roles() -> Mapping[str, Mapping[StrEnum, Scope]]:
    """The table of ``brik/roles.py``: role → permission → scope."""
    table: Mapping[str, Mapping[StrEnum, Scope]] = import_string(settings.BRIK_ROLES)
    return table


def scope_of(user: Any, permission: StrEnum) -> Scope | frozenset[int] | None:
    """How far ``permission`` reaches for ``user``: ALL, OWN_ORGANISATION, ids of units, or None (not at all)."""
    for post in _posts_of(user):
        scope = roles().get(post.role, {}).get(permission)
        if scope is Scope.ALL:
            return Scope.ALL
        if scope is Scope.OWN_ORGANISATION and user.organisation_id:
            return Scope.OWN_ORGANISATION
    return frozenset(post.unit_id for post in posts_giving(user, permission)) or None


def posts_giving(user: Any, permission: StrEnum) -> list[Any]:
    """The posts in units by which ``user`` has ``permission`` there: for what depends on which role it is."""
    scopes = {post: roles().get(post.role, {}).get(permission) for post in _posts_of(user)}
    return [
        post
        for post, scope in scopes.items()
        if scope is Scope.UNIT or (scope is Scope.APPROVED and post.unit_id in user.approved_unit_ids)
    ]


def _posts_of(user: Any) -> list[Any]:
    """The posts that count now: none of an account that is closed, or of nobody signed in."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    return list(user.current_posts)


def units_of(user: Any, permission: StrEnum) -> list[Any]:
    """The units where the user's posts give ``permission``, by name."""
    scope = scope_of(user, permission)
    if not isinstance(scope, frozenset):
        return []
    return in_order({post.unit for post in user.current_posts if post.unit and post.unit_id in scope})


def may(user: Any, permission: StrEnum, obj: Any = None) -> bool:
    """Whether ``user`` has ``permission``, for ``obj`` if one is given. Denies by default.

    ``unit_id`` or ``organisation_id`` of the object says where it belongs.
    """
    scope = scope_of(user, permission)
    if scope is None:
        return False
    if obj is None or scope is Scope.ALL:
        return True
    if scope is Scope.OWN_ORGANISATION:
        return bool(getattr(obj, "organisation_id", None) == user.organisation_id)
    return isinstance(scope, frozenset) and getattr(obj, "unit_id", None) in scope


def require(user: Any, permission: StrEnum, obj: Any = None) -> None:
    """Raise ``PermissionDenied`` unless :func:`may`."""
    if not may(user, permission, obj):
        raise PermissionDenied(permission)


def found_or_404(visible: QuerySet[Row], key: object, *, named: str = "pk") -> Row:
    """The row with this key among those the user may see; ``visible`` starts from ``visible_to(request.user)``.

    Raises:
        Http404: there is none, or the user may not see it. The error page records both as the same refusal.
        CodeBroken: it was changed past us, or a row that is fetched with it.
    """
    row = visible.filter(**{named: key}).first()
    if row is None:
        raise Http404
    proved([row])
    return row


def permission_required(permission: StrEnum) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Close a view to users without ``permission``; ``visible_to`` says which rows the others see."""

    def close(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        return marked(closed, permission=permission)

    return close


def marked(view: View, **marks: object) -> View:
    """The same view with attributes.

    ``permission`` is the permission it needs, ``show_unsaved`` shows its page again with what was typed.
    """
    vars(view).update(marks)
    return view
