"""A value that is sealed cannot be taken away unseen."""

from django.db import migrations

from brik.vault.constraints import sealed_or_empty


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_answers_that_say_no")]

    operations = [
        sealed_or_empty("sharing_disclosure", "content", "payload"),
        sealed_or_empty("sharing_receipt", "content"),
    ]
