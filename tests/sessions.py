"""The sessions on the test database that are not ours: of a browser's last request, or of a process that was killed."""

from django.db import connection


def end_others() -> None:
    """End them, where the whole database must be ours alone: to rename it, to let it go. Not within a transaction."""
    # Beside Playwright one thread has several connections; ours may be one that was ended here before.
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10_000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
