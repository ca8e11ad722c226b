"""Published questionnaires never change: the first use of a version nails the hash of its file to the database."""

from __future__ import annotations

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.catalogue import Questionnaire
from brik.mapping.record.interviews import PublishedForm

log = structlog.get_logger("brik.mapping")


def check_at_start() -> None:
    """:func:`check_all` as a server starts. A database that does not answer yet keeps nobody from starting: the
    first use of a form checks it again.
    """
    try:
        check_all()
    except OperationalError:
        log.warning("database.unavailable_at_start")
    finally:
        connections.close_all()  # none is to be shared with the processes forked from this one


def check_all() -> None:
    """Compare every loaded questionnaire with what was published.

    Raises:
        ImproperlyConfigured: a published file has been edited.
    """
    loaded = catalogue.load_all(catalogue.FOLDER)
    for form in PublishedForm.objects.all():
        questionnaire = loaded.get((form.form, form.version))
        if questionnaire is not None and questionnaire.sha256 != form.sha256:
            raise _changed(form)


def publish(questionnaire: Questionnaire) -> None:
    """Note that this version is in use from now on.

    Raises:
        ImproperlyConfigured: it was published with other content.
    """
    form, _ = PublishedForm.objects.get_or_create(
        form=questionnaire.id, version=questionnaire.version, defaults={"sha256": questionnaire.sha256}
    )
    if form.sha256 != questionnaire.sha256:
        raise _changed(form)


def _changed(form: PublishedForm) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"Skjemaet «{form.form}» versjon {form.version} er endret etter at det ble tatt i bruk. "
        "Legg tilbake den publiserte filen, og gi endringen et nytt versjonsnummer."
    )
