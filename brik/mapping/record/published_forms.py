"""Published questionnaires never change: the first use of a version stores the hash of its file, and its outline.

A file that has changed after its first use no longer loads. The file of every version that an interview uses must stay:
its questions say which answers may be shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.outline import Outline
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.record.interviews import Mapping, PublishedForm
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages.refusal import Refused

log = structlog.get_logger("brik.mapping")
# As many interviews are named that lack their form.
NAMED: Final = 3


def check_at_start() -> None:
    """:func:`check_all` when a server starts. The server starts also without a database: the first use of a form
    checks it again.
    """
    try:
        check_all()
    except OperationalError:
        log.warning("database.unavailable_at_start")
    finally:
        connections.close_all()  # forked processes must not share a connection


def check_all() -> None:
    """Compare every loaded questionnaire with what was published.

    Raises:
        ImproperlyConfigured: a published file has been edited, or a file is gone that an interview was held with.
    """
    loaded = catalogue.load_all(catalogue.FOLDER)
    for form in PublishedForm.objects.all():
        questionnaire = loaded.get((form.form, form.version))
        if questionnaire is None:
            begun = Mapping.objects.filter(kind=form.form, form_version=form.version, started_at__isnull=False)
            if found := list(begun.order_by("pk").values_list("pk", flat=True)):
                raise _missing(form, found)
        elif questionnaire.sha256 != form.sha256:
            raise _changed(form)


def publish(questionnaire: Questionnaire) -> None:
    """Store that this version is in use from now on.

    Raises:
        ImproperlyConfigured: it was published with other content.
        CodeBroken: what was published was changed past us.
    """
    form, _ = PublishedForm.objects.get_or_create(
        form=questionnaire.id,
        version=questionnaire.version,
        defaults={"sha256": questionnaire.sha256, "outline": questionnaire.outline.to_data()},
    )
    if form.sha256 != questionnaire.sha256:
        raise _changed(form)
    form.demand_code()


def usable_languages(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The languages the form may be used in here: outside a demonstration those that somebody has approved."""
    return questionnaire.usable_languages(unapproved_allowed=settings.UNAPPROVED_TEXTS_ALLOWED)


def demand_approved(questionnaire: Questionnaire, language: str) -> None:
    """Raise ``Refused`` where the form may not be used in this language."""
    if language not in usable_languages(questionnaire):
        raise Refused(InterviewRefusal.FORM_NOT_APPROVED)


def outline_of(mapping: Mapping) -> Outline:
    """The title and areas of the form an interview was held with, as they were when it was published.

    Raises ``CodeBroken`` where they were changed past us.
    """
    form = PublishedForm.objects.get(form=mapping.kind, version=mapping.form_version)
    form.demand_code()
    return Outline.from_data(form.outline)


def outlines_of(mappings: Iterable[Mapping]) -> dict[tuple[str, str], Outline]:
    """Form and version → title and areas, for many interviews; one query. Raises as :func:`outline_of`."""
    wanted = {(mapping.kind, mapping.form_version) for mapping in mappings}
    found = {}
    for form in PublishedForm.objects.filter(version__in={version for _form, version in wanted}):
        if (form.form, form.version) in wanted:
            form.demand_code()
            found[(form.form, form.version)] = Outline.from_data(form.outline)
    return found


def _changed(form: PublishedForm) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"The questionnaire {form.form} version {form.version} was changed after it was taken into use. "
        "Put the published file back, and give the change a new version number."
    )


def _missing(form: PublishedForm, begun: Sequence[UUID]) -> ImproperlyConfigured:
    named = ", ".join(map(str, begun[:NAMED])) + (f" and {len(begun) - NAMED} more" if len(begun) > NAMED else "")
    return ImproperlyConfigured(
        f"The questionnaire {form.form} version {form.version} is gone, but interviews were held with it: {named}. "
        f"Put fixtures/questionnaires/{form.form}-{form.version}.yaml back."
    )
