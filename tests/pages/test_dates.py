"""A date that is no date of ours is told at the field: a day away from it may not exist."""

import pytest
from django.core.exceptions import ValidationError

from brik.pages.fields import DateField


@pytest.mark.parametrize("written", ["1.1.0001", "31.12.9999", "31.12.1899", "1.1.2201"])
def test_a_year_far_away_is_refused(written):
    with pytest.raises(ValidationError, match="Skriv datoen"):
        DateField(label="Dato", missing="Skriv").clean(written)
