"""The cache serves what was put, or nothing: under damage, planted files and many processes."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mmc_audio.cache import Cache

KEY, BODY = b"embedded\0squeeze", bytes(range(256)) * 4
# Each key has one right body, so that a reader can tell a wrong one.
WORKER = """
import random, sys
from pathlib import Path
from mmc_audio.cache import Cache
cache, draw, wrong, hits = Cache(Path(sys.argv[1])), random.Random(sys.argv[2]), 0, 0
for _ in range(int(sys.argv[3])):
    key = b"%d" % draw.randrange(20)
    right, found = key * 5000, cache.get(key)
    if found is None:
        cache.put(key, right)
    else:
        hits, wrong = hits + 1, wrong + (found != right)
print(hits, wrong)
"""


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entry(cache: Cache) -> Path:
    assert cache.root is not None
    [path] = cache.root.rglob("*.clip")
    return path


def test_what_is_put_is_got(cache: Cache) -> None:
    assert cache.get(KEY) is None
    cache.put(KEY, BODY)
    assert cache.get(KEY) == BODY
    assert cache.get(KEY + b"!") is None
    assert cache.root is not None
    assert cache.root.stat().st_mode & 0o777 == 0o700


def test_every_damage_is_a_miss_and_is_mended_by_the_next_put(cache: Cache) -> None:
    cache.put(KEY, BODY)
    path = entry(cache)
    good = path.read_bytes()
    spots = [*range(60), *random.Random(1).sample(range(len(good)), 60)]
    flipped = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in spots]
    cut = [good[:length] for length in (0, 1, 7, 8, 39, 40, 41, len(good) - 1)]
    for damaged in [*flipped, *cut, good + b"\0"]:
        path.write_bytes(damaged)
        assert cache.get(KEY) is None
    cache.put(KEY, BODY)
    assert cache.get(KEY) == BODY


def test_an_entry_of_another_key_is_a_miss(cache: Cache) -> None:
    cache.put(KEY, BODY)
    mine = entry(cache)
    cache.put(b"other", b"other body")
    assert cache.root is not None
    [other] = set(cache.root.rglob("*.clip")) - {mine}
    shutil.copy(other, mine)
    assert cache.get(KEY) is None


def test_links_pipes_and_folders_in_its_place_are_misses(cache: Cache, tmp_path: Path) -> None:
    cache.put(KEY, BODY)
    path = entry(cache)
    aside = tmp_path / "aside"
    path.rename(aside)
    path.symlink_to(aside)
    assert cache.get(KEY) is None
    cache.put(KEY, BODY)
    assert not path.is_symlink()
    path.unlink()
    os.mkfifo(path)
    assert cache.get(KEY) is None
    path.unlink()
    path.mkdir()
    assert cache.get(KEY) is None
    with pytest.raises(OSError, match="directory"):
        cache.put(KEY, BODY)
    assert [p for p in path.parent.iterdir() if p != path] == []


def test_eight_processes_share_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    workers = [
        subprocess.Popen([*command, str(n), "200"], stdout=subprocess.PIPE, text=True)
        for n in range(8)
    ]
    results = [worker.communicate()[0].split() for worker in workers]
    assert [wrong for _, wrong in results] == ["0"] * 8
    assert sum(int(hits) for hits, _ in results) > 1000


def test_killed_writers_leave_no_wrong_entry_and_the_next_run_takes_their_rests(
    tmp_path: Path,
) -> None:
    root = tmp_path / "cache"
    command = [sys.executable, "-c", WORKER, str(root)]
    for n in range(10):
        shutil.rmtree(root, ignore_errors=True)
        worker = subprocess.Popen([*command, str(n), "100000"])
        time.sleep(0.1 + n * 0.013)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        cache = Cache(root)
        for key in (b"%d" % k for k in range(20)):
            assert cache.get(key) in (None, key * 5000)
        subprocess.run([*command, "0", "1"], check=True, capture_output=True)
        assert list(root.glob(".mmc-*.part")) == []


def test_size_and_clear_count_only_its_own_files(cache: Cache) -> None:
    assert cache.size() == (0, 0)
    cache.put(KEY, BODY)
    cache.put(b"other", b"")
    assert cache.root is not None
    (cache.root / "notes.txt").write_text("mine")
    assert cache.size() == (2, len(BODY) + 2 * 40)
    assert cache.clear() == 2
    assert cache.size() == (0, 0)
    assert (cache.root / "notes.txt").read_text() == "mine"


def test_without_a_root_every_get_is_a_miss() -> None:
    cache = Cache(None)
    assert cache.get(KEY) is None
    assert cache.size() == (0, 0)
    with pytest.raises(FileNotFoundError, match="no home folder is known"):
        cache.put(KEY, BODY)


def used(path: Path, hours_ago: float) -> None:
    then = time.time() - hours_ago * 3_600
    os.utime(path, (then, then))


def entries(root: Path) -> list[Path]:
    return sorted(root.glob("*/*.clip"))


def in_one_folder(count: int) -> list[bytes]:
    """Keys whose entries lie in the same folder."""
    keys = (b"key %d" % number for number in itertools.count())
    return list(itertools.islice((k for k in keys if hashlib.sha256(k).digest()[0] == 7), count))


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=256 * 3_500)
    first, second, third, fourth = in_one_folder(4)
    for age, key in ((9, first), (8, second), (7, third)):
        cache.put(key, bytes(1_000))
        (path,) = (p for p in entries(tmp_path) if p.stem == hashlib.sha256(key).hexdigest())
        used(path, age)
    assert cache.get(first) == bytes(1_000)  # used just now
    cache.put(fourth, bytes(1_000))
    assert [cache.get(key) is None for key in (first, second, third, fourth)] == [
        *(False, True, False, False)
    ]


def test_one_entry_larger_than_its_share_is_kept_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=256 * 1_000)
    small, large = in_one_folder(2)
    cache.put(small, bytes(500))
    cache.put(large, bytes(5_000))
    assert (cache.get(small), cache.get(large)) == (None, bytes(5_000))


def test_a_clock_set_back_costs_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=256 * 3_000)
    first, second = in_one_folder(2)
    cache.put(first, b"one")
    used(entries(tmp_path)[0], -50)  # written in the future
    assert cache.get(first) == b"one"
    cache.put(second, b"two")
    assert (cache.get(first), cache.get(second)) == (b"one", b"two")


def test_encodings_have_a_place_and_a_size_of_their_own(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    encodings = cache.of_encodings()
    encodings.put(b"a", b"body")
    assert (cache.size(), encodings.size()[0]) == ((0, 0), 1)
    assert cache.clear() == 0
    assert encodings.get(b"a") == b"body"
    assert Cache(None).of_encodings().root is None
