"""What talks need before they begin: published texts and organisations, made once for each module."""

import pytest

from brik.staff.models import Organisation, OrganisationKind
from tests import factories
from tests.consent import talking


@pytest.fixture(scope="module")
def published(module_db) -> dict[OrganisationKind, int]:
    talking.publish()
    return {kind: organisation.pk for kind, organisation in talking.recipients().items()}


@pytest.fixture
def organisations(published, db) -> dict[OrganisationKind, Organisation]:
    """One organisation of each kind that can be told."""
    return {kind: Organisation.objects.get(pk=pk) for kind, pk in published.items()}


@pytest.fixture
def officer(client):
    by = factories.staff()
    client.force_login(by)
    return by
