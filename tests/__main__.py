"""Run the tests: ``python -m tests``. Installs what they need, or says in one sentence what is missing.

The proofs, which take minutes, are left to ``--prove``. ``--coverage`` runs both, measures lines and branches of our own
code and fails below the threshold. Anything else is handed to pytest as it is, for a part of the tests.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from ctypes.util import find_library

from tests import process_tree
from tests.examples import OPTION as EVERY_EXAMPLE
from tests.pace.bytecode import keep_compiled

# What ``make`` runs under each name: together every test, and none twice.
PARTS = {"test": ("-m", "not proof"), "prove": ("-m", "proof")}
# `make prove` runs its part, and two things that `make test` does in small: every example of the properties, and, since
# what the vault seals it seals whatever keeps its keys, its tests with the other provider.
PROVED = (
    (*PARTS["prove"], EVERY_EXAMPLE),
    ("-m", "hypothesis and not proof", EVERY_EXAMPLE),
    ("--key-provider", "pkcs11", EVERY_EXAMPLE, "tests/vault"),
)
THRESHOLD = 95
# An exit status above this one tells of a signal.
SIGNALLED = 128
# One more than the cores the suite is measured on: tests that drive browsers and processes wait for much of their time.
WORKERS = 3
NEEDED = {
    "chromium": ["chromium", "fonts-liberation", "fonts-noto-core"],
    "pdfinfo": ["poppler-utils"],
    # A key module in software.
    "softhsm2-util": ["softhsm2"],
    # A compiler too: the validator of PDF files is started from its source.
    "javac": ["default-jdk-headless"],
    # The machine's voice, and what packs it.
    "espeak-ng": ["espeak-ng"],
    "opusenc": ["opus-tools"],
}
# What that validator reads its rules with.
FILES = {"/usr/share/java/jaxb-runtime.jar": ["libjaxb-java"]}
# What Playwright's own driver is linked with.
LIBRARIES = {"atomic": ["libatomic1"]}
# The same browser without its windows: with it the suite takes half the time, and without it it is as whole.
QUICKER = "chromium-headless-shell"


def ensure_programs() -> None:
    """Find Chromium, pdfinfo and a library, or install Debian's when we are root. Never skips in silence."""
    missing = [name for name in NEEDED if not (shutil.which(name) or os.environ.get(f"BRIK_{name.upper()}"))]
    missing += [name for name in LIBRARIES if not find_library(name)]
    missing += [name for name in FILES if not os.path.exists(name)]
    packages = [package for name in missing for package in (NEEDED | LIBRARIES | FILES)[name]]
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    if packages and not may_install:
        sys.exit(f"The tests need {' and '.join(missing)}: run 'apt install {' '.join(packages)}'.")
    if packages and (complaint := installed(packages)):
        sys.exit(f"Could not install {', '.join(packages)}: {complaint}")
    quicker = shutil.which(QUICKER) or os.environ.get("BRIK_CHROMIUM")
    if not quicker and (not may_install or installed([QUICKER])):
        print(f"Without Debian's {QUICKER} the tests take twice as long.", flush=True)


def installed(packages: list[str]) -> str:
    """Debian's packages, put in; what it complained of, or nothing."""
    print(f"Installing {', '.join(packages)} from Debian …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            return done.stderr.strip()[-300:] or f"{command[0]} ended with {done.returncode}"
    return ""


def pytest(*arguments: str) -> int:
    """pytest's exit status, or 128 + the signal that ended it."""
    # At each start pytest closes the one folder that all its runs share, and the database's own user, who must pass
    # through it, is locked out of a run that is under way.
    with tempfile.TemporaryDirectory(prefix="brik-", ignore_cleanup_errors=True) as folder:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        return process_tree.run([sys.executable, "-m", "pytest", *arguments])


def run_all(*selected: str) -> int:
    """All tests selected. Each worker begins with a row of them, so that what a module builds is built by one worker;

    one that has done its own takes from another's end, so that none is left idle.
    """
    return pytest("-n", str(WORKERS), "--dist", "worksteal", *selected)


def run_measured() -> int:
    """Both parts, and the report of what they ran through; a signal ends it without one."""
    outcome = run_all("--cov", "--cov-report=")
    if outcome > SIGNALLED:
        return outcome
    report = [sys.executable, "-m", "coverage", "report", "--skip-covered", f"--fail-under={THRESHOLD}"]
    return max(outcome, subprocess.run(report).returncode)


def main(given: list[str]) -> int:
    ensure_programs()
    keep_compiled()
    match given:
        case []:
            return run_all(*PARTS["test"])
        case ["--prove"]:
            return max(run_all(*again) for again in PROVED)
        case ["--coverage"]:
            return run_measured()
    return pytest(*given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
