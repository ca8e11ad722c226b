"""A value that is sealed cannot be taken away unseen."""

from django.db import migrations

from brik.vault.constraints import sealed_or_empty


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial")]

    operations = [
        sealed_or_empty("mapping_mapping", "sources", "reason"),
        sealed_or_empty("mapping_historicalmapping", "sources", "reason"),
        sealed_or_empty("mapping_section", "answers"),
        sealed_or_empty("mapping_historicalsection", "answers"),
    ]
