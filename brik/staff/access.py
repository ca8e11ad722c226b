"""Who may do what: the mechanism. The one table role × permission × scope is ``brik/roles.py``, named by a setting."""

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

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponse])


class Scope(Enum):
    """How far a permission reaches."""

    UNIT = "unit"  # people whose present or last stay is in a unit of the post
    APPROVED = "approved"  # as UNIT, and only with a valid approval as mapper there
    OWN_ORGANISATION = "own organisation"
    ALL = "all"


@cache
def roles() -> Mapping[str, Mapping[StrEnum, Scope]]:
    """The table of the composition root: role → permission → scope."""
    table: Mapping[str, Mapping[StrEnum, Scope]] = import_string(settings.BRIK_ROLES)
    return table


def scope_of(user: Any, permission: StrEnum) -> Scope | frozenset[int] | None:
    """How far ``permission`` reaches for ``user``: ALL, OWN_ORGANISATION, ids of units, or None (not at all)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    units: set[int] = set()
    for post in user.current_posts:
        scope = roles().get(post.role, {}).get(permission)
        if scope is Scope.ALL:
            return Scope.ALL
        if scope is Scope.OWN_ORGANISATION and user.organisation_id:
            return Scope.OWN_ORGANISATION
        if scope is Scope.UNIT or (scope is Scope.APPROVED and post.unit_id in user.approved_unit_ids):
            units.add(post.unit_id)
    return frozenset(units) if units else None


def units_of(user: Any, permission: StrEnum) -> list[Any]:
    """The units where the user has a post and ``permission`` reaches, by name: what there is to choose from."""
    scope = scope_of(user, permission)
    if not isinstance(scope, frozenset):
        return []
    return sorted({post.unit for post in user.current_posts if post.unit and post.unit_id in scope}, key=str)


def may(user: Any, permission: StrEnum, obj: Any = None) -> bool:
    """Whether ``user`` may, to ``obj`` if one is given. Denies by default.

    An object tells where it belongs by ``unit_id`` or ``organisation_id``.
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
    """The row of that key among those the user may see; ``visible`` begins at ``visible_to(request.user)``.

    Raises:
        Http404: there is none, or none for this user. The error page remembers either as the same refusal.
    """
    found = visible.filter(**{named: key}).first()
    if found is None:
        raise Http404
    return found


def permission_required(permission: StrEnum) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Close a view to those who lack ``permission`` everywhere; what they may see of it is for ``visible_to``."""

    def close(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        return marked(closed, permission=permission)

    return close


def marked(view: View, **marks: object) -> View:
    """The view itself, with attributes that others read: the permission it asks for, its answer to a lost page."""
    vars(view).update(marks)
    return view
