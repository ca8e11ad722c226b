"""A value that is sealed cannot be taken away unseen."""

from django.db import migrations

from brik.vault.constraints import sealed_or_empty


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_append_only")]

    operations = [
        sealed_or_empty("consent_consent", "document", "signature"),
        sealed_or_empty("consent_withdrawalreceipt", "document"),
        sealed_or_empty("consent_talk", "answers", "scan"),
    ]
