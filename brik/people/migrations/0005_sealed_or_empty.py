"""A value that is sealed cannot be taken away unseen."""

from django.db import migrations

from brik.vault.constraints import sealed_or_empty


class Migration(migrations.Migration):
    dependencies = [("people", "0004_numbers_by_hand")]

    operations = [
        sealed_or_empty("people_person", "identity", "protection"),
        sealed_or_empty("people_historicalperson", "identity", "protection"),
        sealed_or_empty("people_identifier", "number"),
        sealed_or_empty("people_message", "content"),
    ]
