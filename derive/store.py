"""A store on disk: bytes by a name that says what they are made from. It knows nothing of mathematics.

One file an entry, written beside its place and renamed into it, so that writers who meet leave one whole entry. An entry
carries the digest of its content: what is damaged, cut off or no entry at all counts as absent and is written anew. A store
that cannot be written to is no error: everything is worked out again.

DERIVE_CACHE names the folder, or is 'off'; without it the folder is the platform's for caches: $XDG_CACHE_HOME/derive or
~/.cache/derive, ~/Library/Caches/derive on macOS, %LOCALAPPDATA%\\derive on Windows.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VARIABLE = "DERIVE_CACHE"
OFF = "off"
MAX_BYTES = 32_000_000  # of an entry that is read
_DIGEST = 32  # hexadecimal digits before the content
_SUFFIX = ".entry"
BYTECODE = "bytecode"
"""The folder below that of a store in which compiled modules stand (derive.commands.bytecode)."""


@dataclass(frozen=True)
class Store:
    """Entries below a folder."""

    folder: Path

    def get(self, name: str) -> bytes | None:
        """The content of an entry; None where there is none, or none that is whole."""
        try:
            with open(self._file(name), "rb") as f:
                head, content = f.read(_DIGEST), f.read(MAX_BYTES)
        except OSError:
            return None
        return content if head == _digest(content) else None

    def put(self, name: str, content: bytes) -> bool:
        """Keep an entry; whether that was possible."""
        file = self._file(name)
        beside = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(6).hex()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(beside, "xb") as f:
                f.write(_digest(content) + content)
            os.replace(beside, file)
        except OSError:
            beside.unlink(missing_ok=True) if beside.parent.is_dir() else None
            return False
        return True

    def size(self) -> tuple[int, int]:
        """The number of entries and their bytes."""
        sizes = [f.stat().st_size for f in self._entries()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Remove every entry; how many there were. Compiled modules go, too; nothing else in the folder is touched."""
        count = 0
        for file in list(self._entries()):
            file.unlink(missing_ok=True)
            count += 1
        for file in (self.folder / BYTECODE).rglob("*.pyc*"):
            file.unlink(missing_ok=True)
        return count

    def _file(self, name: str) -> Path:
        named = hashlib.sha256(name.encode()).hexdigest()
        return self.folder / named[:2] / (named[2:40] + _SUFFIX)

    def _entries(self) -> Iterator[Path]:
        """Entries, and what a writer that was ended left of one."""
        return (f for f in self.folder.glob(f"[0-9a-f][0-9a-f]/*{_SUFFIX}*") if f.is_file())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest()[:_DIGEST].encode()


def user_store() -> Store | None:
    """The store of this user; None where it is switched off or there is no home to have one in."""
    named = os.environ.get(VARIABLE, "")
    if named.lower() == OFF:
        return None
    if named:
        return Store(Path(named))
    try:
        return Store(_platform_folder() / "derive")
    except RuntimeError:  # no home
        return None


def _platform_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if os.path.isabs(given) else Path.home() / ".cache"


@cache
def code_digest(*packages: str) -> str:
    """The digest of the source files of packages beside this module, in their order: other code, another digest."""
    here = Path(__file__).resolve().parent
    out = hashlib.sha256()
    for file in sorted(f for name in packages for f in _sources(here / name)):
        out.update(f"{file.relative_to(here).as_posix()}\0{file.stat().st_size}\0".encode())
        out.update(file.read_bytes())
    return out.hexdigest()


def _sources(place: Path) -> Iterable[Path]:
    return (f for f in place.rglob("*") if f.suffix in (".py", ".toml")) if place.is_dir() else (place.with_suffix(".py"),)


def installed(*names: str) -> list[str]:
    """Names and versions of installed distributions, from the names of their folders: nothing is imported."""
    wanted = tuple(f"{n}-" for n in names)
    found = set()
    for place in sys.path:
        try:
            found |= {n.removesuffix(".dist-info") for n in os.listdir(place or ".") if n.startswith(wanted) and n.endswith(".dist-info")}
        except OSError:
            continue
    return sorted(found)
