"""What exports are held to, and what a run of the bench has seen of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.exports import Row
from bench.measure import Cost

KEPT, WARM = "ours, phrases kept", "ours, all kept"


@dataclass
class Seen:
    """All figures of a run: rows by their section, and what is measured otherwise."""

    rows: dict[tuple[str, int, str], Cost] = field(default_factory=dict)
    start: float = 0.0  # times a bare click program
    batch: float = 0.0  # times one process

    def add(self, section: str, rows: Sequence[Row]) -> Sequence[Row]:
        """Keep the rows of a section, and hand them on."""
        self.rows.update({(section, row.minutes, row.name): row.cost for row in rows})
        return rows

    def merge(self, other: Seen) -> None:
        """Take over what another has seen."""
        self.rows.update(other.rows)
        self.start, self.batch = self.start or other.start, self.batch or other.batch

    def cpu(self, section: str, one: tuple[int, str], other: tuple[int, str]) -> float | None:
        """The CPU time of one to that of another; None where either was not measured."""
        first, second = self.rows.get((section, *one)), self.rows.get((section, *other))
        return first.cpu / second.cpu if first and second else None

    def memory(self, section: str, one: tuple[int, str], other: tuple[int, str]) -> float | None:
        """The same of their peak memory."""
        first, second = self.rows.get((section, *one)), self.rows.get((section, *other))
        return first.memory / second.memory if first and second else None

    def megabytes(self) -> float | None:
        """The most that any export with its phrases kept has taken."""
        taken = [cost.memory for (_, _, name), cost in self.rows.items() if name == KEPT]
        return max(taken, default=None)


Criterion = tuple[str, str, float, float | None]  # what, "at most" or "at least", limit, seen


def criteria(seen: Seen) -> Iterator[Criterion]:
    """Each one; what was not measured in this run has no figure."""
    most, least = "at most", "at least"
    for peer in ("lame", "lame, one step up", "lameenc"):
        for what, minutes, name, limit in (
            ("45 minutes, phrases kept", 45, KEPT, 0.2),
            ("45 minutes, all kept", 45, WARM, 0.1),
            ("300 minutes, phrases kept", 300, KEPT, 0.04),
        ):
            ratio = seen.cpu("lame", (minutes, name), (minutes, peer))
            yield f"{what}: CPU to {peer}", most, limit, ratio
        for what, section in (("a tone", "glide"), ("music", "bed")):
            ratio = seen.cpu(section, (45, KEPT), (45, peer))
            yield f"45 minutes with {what}, phrases kept: CPU to {peer}", most, 1.2, ratio
    longer = ((300, KEPT), (45, KEPT))
    yield "300 minutes to 45, CPU", most, 1.5, seen.cpu("growth", *longer)
    yield "300 minutes to 45, peak memory", most, 1.1, seen.memory("growth", *longer)
    yield "peak memory, MB, phrases kept", most, 150, seen.megabytes()
    append = seen.cpu("tutorial", (45, "pydub, append"), (45, KEPT))
    yield "pydub that appends, 45 minutes: CPU to ours", least, 60, append
    yield "`mmc --help` to a bare click program", most, 1.5, seen.start or None
    yield "200 rows by 2 processes, times 1 process", least, 1.7, seen.batch or None


def holds(criterion: Criterion) -> str:
    """In words."""
    _, kind, limit, seen = criterion
    if seen is None:
        return "not measured"
    return "holds" if (seen <= limit if kind == "at most" else seen >= limit) else "does not hold"
