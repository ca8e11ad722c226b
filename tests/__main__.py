"""Run everything: ``python -m tests``. Installs what the tests need, or says in one sentence what is missing."""

import os
import shutil
import subprocess
import sys


def ensure_chromium() -> None:
    """Find a Chromium, or install Debian's when we are root. Never skips in silence."""
    if os.environ.get("BRIK_CHROMIUM") or shutil.which("chromium"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installerer Chromium fra Debian …", flush=True)
        packages = ["chromium", "fonts-liberation", "poppler-utils"]
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=True)
        return
    sys.exit("Testene trenger nettleseren Chromium: kjør «apt install chromium» eller sett BRIK_CHROMIUM.")


if __name__ == "__main__":
    ensure_chromium()
    sys.exit(subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]]).returncode)
