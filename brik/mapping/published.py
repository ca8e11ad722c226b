"""Published questionnaires never change: the first use of a version nails the hash of its file to the database."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from brik.mapping import questions
from brik.mapping.models import PublishedForm
from brik.mapping.questions import Questionnaire


class FormChanged(ImproperlyConfigured):
    """The file of a published version is not the one that was published."""

    def __init__(self, form: PublishedForm) -> None:
        super().__init__(
            f"Skjemaet «{form.form}» versjon {form.version} er endret etter at det ble tatt i bruk. "
            "Legg tilbake den publiserte filen, og gi endringen et nytt versjonsnummer."
        )


def check_all() -> None:
    """Compare every loaded questionnaire with what was published. Called when the web server starts.

    Raises:
        FormChanged: a published file has been edited.
    """
    loaded = questions.load_all(questions.FOLDER)
    for form in PublishedForm.objects.all():
        questionnaire = loaded.get((form.form, form.version))
        if questionnaire is not None and questionnaire.sha256 != form.sha256:
            raise FormChanged(form)


def publish(questionnaire: Questionnaire) -> None:
    """Note that this version is in use from now on.

    Raises:
        FormChanged: it was published with other content.
    """
    form, _ = PublishedForm.objects.get_or_create(
        form=questionnaire.id, version=questionnaire.version, defaults={"sha256": questionnaire.sha256}
    )
    if form.sha256 != questionnaire.sha256:
        raise FormChanged(form)
