"""PDF of a page by a headless browser, where one is installed. The page asks nothing of the network, and neither does the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from derive.errors import UsageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
ENGINES = ("tectonic", "lualatex", "xelatex", "pdflatex")
SECONDS = 120
_FLAGS = ("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--disable-extensions", "--no-pdf-header-footer", "--virtual-time-budget=2000")


def browser() -> str | None:
    """The first browser that can print: that of DERIVE_BROWSER, else one of BROWSERS."""
    named = os.environ.get("DERIVE_BROWSER")
    return shutil.which(named) if named else next((p for b in BROWSERS if (p := shutil.which(b))), None)


def pdf_of_page(html: str) -> bytes:
    """The page on paper (its print style). Raises UsageError where no browser is installed, or where it fails."""
    program = browser()
    if program is None:
        raise UsageError("pdf", "no browser that prints is installed.",
                         f"Install Chromium (or name one in DERIVE_BROWSER), or write --format html and print it, or --format tex and run {ENGINES[-1]}.")
    with tempfile.TemporaryDirectory(prefix="derive-pdf-") as folder:
        page, out = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        own = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # Chromium has no sandbox for root
        command = [program, *_FLAGS, *own, f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise UsageError("pdf", f"{program} did not print within {SECONDS} s.", "Write --format html and print it.") from None
        if not out.is_file() or done.returncode:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
            raise UsageError("pdf", f"{program} failed: {last[0][:200]}.", "Write --format html and print it.")
        return out.read_bytes()
