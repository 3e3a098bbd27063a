"""Bytecode of this package's modules in the cache folder, where Python is told to leave none beside the sources.

Under PYTHONDONTWRITEBYTECODE, as in many containers, every command would compile some 20,000 lines anew, which takes longer than
what it is asked for. Python's own files and checks are used, only in another place; other packages are left alone. DERIVE_CACHE=off
switches this off, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from derive.store import BYTECODE, user_store


class _Elsewhere(SourceFileLoader):
    """Loads a module from its source, with its bytecode below a folder of ours."""

    folder = ""

    def get_code(self, fullname: str) -> CodeType | None:
        before = sys.pycache_prefix, sys.dont_write_bytecode
        sys.pycache_prefix, sys.dont_write_bytecode = self.folder, False
        try:
            return super().get_code(fullname)
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = before


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith("derive."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Elsewhere(name, spec.loader.path)
        return spec


def keep_bytecode() -> None:
    """Find bytecode of this package in the cache, and keep it there, if Python keeps none; once a process."""
    if not sys.dont_write_bytecode or _Finder in sys.meta_path:
        return
    store = user_store()
    if store is not None:
        _Elsewhere.folder = str(store.folder / BYTECODE)
        sys.meta_path.insert(0, _Finder)
