"""What talks need before they begin: published texts and organisations, made once for each module."""

import pytest

from brik.staff.models import Organisation, OrganisationKind
from tests import situations


@pytest.fixture(scope="module")
def published(module_db) -> dict[OrganisationKind, int]:
    situations.publish_texts()
    return {kind: organisation.pk for kind, organisation in situations.all_recipients().items()}


@pytest.fixture
def organisations(published, db) -> dict[OrganisationKind, Organisation]:
    """One organisation of each kind that can be told."""
    return {kind: Organisation.objects.get(pk=pk) for kind, pk in published.items()}


@pytest.fixture
def officer(client):
    by = situations.an_account()
    client.force_login(by)
    return by
