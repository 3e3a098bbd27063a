"""This package as a wheel, made from what is installed: for systems that have no other way to get it. The same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import derive
from derive.errors import UsageError
from derive.problem.load import installed_sets

_EPOCH = (2020, 1, 1, 0, 0, 0)


def wheel_name() -> str:
    """The file name of the wheel."""
    return f"derive-{derive.__version__}-py3-none-any.whl"


def wheel() -> bytes:
    """The wheel. Raises UsageError where the package was never installed, so that nothing says what it needs."""
    metadata = _metadata()
    about = f"derive-{derive.__version__}.dist-info"
    package = Path(derive.__file__).parent
    files: dict[str, bytes] = {}
    for folder, name in ((package, "derive"), (installed_sets(), "derive/problems")):
        for f in sorted(folder.rglob("*")):
            if f.is_file() and "__pycache__" not in f.parts and f.suffix != ".pyc":
                files[f"{name}/{f.relative_to(folder).as_posix()}"] = f.read_bytes()
    files[f"{about}/METADATA"] = metadata.encode()
    files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: derive export\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{about}/entry_points.txt"] = b"[console_scripts]\nderive = derive.cli:main\n"
    record = "".join(f"{n},sha256={base64.urlsafe_b64encode(hashlib.sha256(d).digest()).rstrip(b'=').decode()},{len(d)}\n" for n, d in files.items())
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    return zipped({n: (d, 0o644) for n, d in files.items()})


def _metadata() -> str:
    """What the package says of itself: in a clone its pyproject.toml, which may be newer than what was installed; else the installed metadata."""
    source = Path(derive.__file__).parent.parent / "pyproject.toml"
    if source.is_file():
        project = tomllib.loads(source.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "derive":
            lines = ["Metadata-Version: 2.1", "Name: derive", f"Version: {derive.__version__}", f"Requires-Python: {project['requires-python']}"]
            lines += [f"Requires-Dist: {d}" for d in project["dependencies"]]
            for extra, needs in project.get("optional-dependencies", {}).items():
                lines += [f"Provides-Extra: {extra}", *(f"Requires-Dist: {d}; extra == '{extra}'" for d in needs)]
            return "\n".join(lines) + "\n"
    try:
        found = distribution("derive").read_text("METADATA")
    except PackageNotFoundError:
        found = None
    if not found:
        raise UsageError("", "derive is not installed here, so its requirements are not known.", "Install it with pip, and export again.")
    return found


def zipped(files: dict[str, tuple[bytes, int]]) -> bytes:
    """A zip of name -> (contents, permissions), with no times in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, (data, mode) in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: the permissions count
            info.external_attr = (0o100000 | mode) << 16
            z.writestr(info, data)
    return out.getvalue()
