"""Which version of a package is installed, told without importing the package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

NONE = "none"


def version_of(package: str, module: str) -> str:
    """The version of the package that this module comes with, or "none" without the module.

    pip names a folder beside the module after it. importlib.metadata reads the same, and takes
    longer to import than a session's phrases to look up: it is asked where there is no such folder,
    or several.
    """
    spec = find_spec(module)
    if spec is None:
        return NONE
    name = package.replace("-", "_")
    beside = Path(spec.origin).parent.parent if spec.origin else None
    folders = [path.name for path in beside.glob(f"{name}-*.dist-info")] if beside else []
    if len(folders) == 1:
        return folders[0].removeprefix(f"{name}-").removesuffix(".dist-info")
    return _recorded(package)


def _recorded(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return NONE
