"""Many small worlds in one test: each example is undone before the next."""

from contextlib import contextmanager

import pytest
from django.db import transaction


class _Undo(Exception):
    pass


@pytest.fixture
def transactional_savepoint():
    @contextmanager
    def world():
        try:
            with transaction.atomic():
                yield
                raise _Undo
        except _Undo:
            pass

    return world
