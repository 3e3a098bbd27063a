"""PDF by a headless browser or by a LaTeX engine, where one is installed. Neither asks anything of the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
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
        raise UsageError("pdf", "no browser that prints and no LaTeX is installed.",
                         "Install Chromium (or name a browser in DERIVE_BROWSER) or a LaTeX engine, or write --format html and print it from a browser.")
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


def engine() -> str | None:
    """The first LaTeX engine that is installed."""
    return next((p for e in ENGINES if (p := shutil.which(e))), None)


def pdf_of_tex(program: str, tex: str, files: Mapping[str, bytes]) -> bytes:
    """The document compiled by a LaTeX engine, with the files that it includes. Raises UsageError with the first error of the engine."""
    with tempfile.TemporaryDirectory(prefix="derive-tex-") as folder:
        here = Path(folder)
        (here / "paper.tex").write_text(tex, encoding="utf-8")
        for name, data in files.items():
            (here / name).write_bytes(data)
        # What a statement holds runs no program.
        flags = ["--untrusted"] if Path(program).stem == "tectonic" else ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        try:
            done = subprocess.run([program, *flags, "paper.tex"], cwd=here, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise UsageError("pdf", f"{program} did not end within {SECONDS} s.", "Write --format tex and compile it by hand.") from None
        out = here / "paper.pdf"
        if done.returncode or not out.is_file():
            said = next((x for x in (done.stdout + done.stderr).decode("utf-8", "replace").splitlines() if x.startswith(("!", "error:"))), "no message")
            raise UsageError("pdf", f"{program} failed: {said[:200]}.", "Write --format tex and look at that line.")
        return out.read_bytes()
