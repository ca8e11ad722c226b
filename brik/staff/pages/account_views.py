"""Pages of the system keeper: accounts and posts. No page here shows a person in custody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from brik.definitions.name_order import in_order
from brik.staff import actions
from brik.staff.access import found_or_404, permission_required, scope_of
from brik.staff.accounts import StaffRequest
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import Organisation, Post, Proposal, Staff, Unit
from brik.staff.pages.account_forms import AccountForm, NewPassword, PostForm
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed

ADMINISTER = StaffPermission.ADMINISTER


@require_http_methods(["GET"])
@permission_required(ADMINISTER)
def account_list(request: StaffRequest) -> HttpResponse:
    """All accounts."""
    people = Staff.objects.visible_to(request.user).select_related("organisation").prefetch_related("posts__unit")
    accounts = in_order(people.order_by("pk"), lambda account: account.name)
    accounts.sort(key=lambda account: not account.is_active)
    return render(request, "staff/accounts.html", {"accounts": accounts})


@require_http_methods(["GET", "POST"])
@permission_required(ADMINISTER)
def new_account(request: StaffRequest) -> HttpResponse:
    """A new account; posts are given on its own page."""
    organisations = in_order(Organisation.objects.visible_to(request.user).filter(active=True))
    form = AccountForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.create_account(**form.values(), by=request.user)
        except NotAllowed as reason:
            form.add_error("username", str(reason))
        else:
            return redirect("staff:account", account.pk)
    return render(request, "staff/new_account.html", {"form": form})


@require_http_methods(["GET", "POST"])
@permission_required(ADMINISTER)
def account(request: StaffRequest, account: UUID) -> HttpResponse:
    """One account and its posts; a POST proposes a post for another to confirm."""
    staff = _account(request, account)
    form = PostForm(request.POST or None, units=in_order(Unit.objects.reached_by(scope_of(request.user, ADMINISTER))))
    if request.method == "POST" and form.is_valid():
        try:
            four_eyes.propose_post(staff, **form.values(), by=request.user)
        except NotAllowed as reason:
            form.add_error("role", str(reason))
        else:
            return redirect("staff:proposals")
    return _show(request, staff, form=form)


@require_POST
@permission_required(ADMINISTER)
def end_post(request: StaffRequest, account: UUID, post: int) -> HttpResponse:
    """End a post today."""
    staff = _account(request, account)
    ended_post = found_or_404(Post.objects.visible_to(request.user).lasting().filter(staff=staff), post)
    return _do(request, staff, actions.end_post, ended_post, on=timezone.localdate())


@require_POST
@permission_required(ADMINISTER)
def password(request: StaffRequest, account: UUID) -> HttpResponse:
    """Propose a new password for somebody who has lost theirs."""
    staff = _account(request, account)
    form = NewPassword(request.POST)
    if not form.is_valid():
        return _show(request, staff, password_form=form)
    return _do(request, staff, four_eyes.propose_password, staff, password=form.cleaned_data["password"])


@require_POST
@permission_required(ADMINISTER)
def activity(request: StaffRequest, account: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    staff = _account(request, account)
    active = {"0": False, "1": True}.get(request.POST.get("active", ""))
    if active is None:
        raise BadRequest("unknown answer")
    return _do(request, staff, actions.set_active, staff, active=active)


def _do(request: StaffRequest, staff: Staff, action: Any, *args: Any, **values: Any) -> HttpResponse:
    try:
        done = action(*args, **values, by=request.user)
    except NotAllowed as reason:
        return _show(request, staff, refused=str(reason))
    return redirect("staff:proposals") if isinstance(done, Proposal) else redirect("staff:account", staff.pk)


def _show(request: StaffRequest, staff: Staff, **shown: Any) -> HttpResponse:
    shown.setdefault("form", PostForm(units=in_order(Unit.objects.reached_by(scope_of(request.user, ADMINISTER)))))
    shown.setdefault("password_form", NewPassword())
    shown["waiting"] = staff.proposals.waiting().select_related("unit", "proposed_by")
    shown |= {"account": staff, "posts": staff.posts.lasting().select_related("unit"), "own": staff == request.user}
    return render(request, "staff/account.html", shown, status=422 if shown.get("refused") else 200)


def _account(request: StaffRequest, pk: UUID) -> Staff:
    staff: Staff = found_or_404(Staff.objects.visible_to(request.user).select_related("organisation"), pk)
    return staff
