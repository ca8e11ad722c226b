"""The form with which a leader approves a mapper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.pages.forms import DateField, LastDayField, PageForm, Select, field_of
from brik.staff.models import Post, Unit


class ApprovalForm(PageForm):
    """Approves a mapper of the unit."""

    marks = "optional"
    post = Select(label=_("Hvem"), missing=_("Velg hvem du godkjenner"))
    since = DateField(label=_("Fra og med"), missing=_("Skriv fra hvilken dato"))
    until = LastDayField(
        label=_("Til og med"),
        hint=_("Siste dag godkjenningen gjelder. La stå tom hvis den gjelder til du avslutter den."),
        required=False,
    )

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        choices = [(pk, f"{post.staff.name}, {post.unit.name}") for pk, post in self.posts.items() if post.unit]
        field_of(self, "post", Select).choices = [("", _("Velg")), *choices]

    @property
    def chosen(self) -> Post:
        return self.posts[self.cleaned_data["post"]]

    @property
    def unit(self) -> Unit:
        """The unit of the post; the database demands one for a mapper's."""
        unit = self.chosen.unit
        if unit is None:
            raise TypeError("a mapper's post without a unit")
        return unit
