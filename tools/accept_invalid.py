"""Write the messages for tests/data/invalid/*.toml anew, and show which changed. Read them all.

python tools/accept_invalid.py
"""

from __future__ import annotations

from pathlib import Path

from mmc_audio.errors import UserError
from mmc_audio.load import load_bytes

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "invalid"


def message(path: Path) -> str:
    try:
        load_bytes(path.read_bytes(), name=path.name, folder=str(path.parent))
    except UserError as error:
        return f"{error}\n"
    raise SystemExit(f"{path.name} is a right program")


def main() -> None:
    for path in sorted(FOLDER.glob("*.toml")):
        expected = path.with_suffix(".txt")
        text = message(path)
        if not expected.exists() or expected.read_text("utf-8") != text:
            expected.write_text(text, "utf-8")
            print(f"--- {expected.name}\n{text}")


if __name__ == "__main__":
    main()
