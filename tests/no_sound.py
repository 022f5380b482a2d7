"""Sound systems that fail: for subprocesses that should find no device, or one that is taken.

Each function fills an empty `folder` and returns an environment. No real card can be reached from
one, whatever this machine has.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.parts import need
from tests.sound_server import TO_PULSE, sound_environment, within

NO_CARD = "pcm.!default { type hw card 31 }\nctl.!default { type hw card 31 }\n"

# An ALSA device that somebody else has taken, but for the first `spare` times it is opened.
BUSY = r"""
#include <errno.h>
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

static long opened;

SND_PCM_PLUGIN_DEFINE_FUNC(busy)
{
    long spare = 0;
    snd_config_t *node;

    (void)root;
    if (snd_config_search(conf, "spare", &node) == 0)
        snd_config_get_integer(node, &spare);
    if (opened++ < spare)
        return snd_pcm_open(pcmp, "nowhere", stream, mode);
    return -EBUSY;
}

SND_PCM_PLUGIN_SYMBOL(busy);
"""


def no_device(folder: Path) -> dict[str, str]:
    """A machine without any sound device or sound server."""
    return within(sound_environment(folder, NO_CARD))


def no_server(folder: Path) -> dict[str, str]:
    """A machine whose sound goes to a server that isn't running."""
    return within(sound_environment(folder, TO_PULSE))


def busy_device(folder: Path, *, spare: int = 0) -> dict[str, str]:
    """A machine whose only device is taken, from the first look at it or after `spare` of them.

    PortAudio takes two looks at its start (at recording and at playing) and lists no device that
    it could not open then: with `spare=2` it lists this one, and fails to open it.
    """
    need("gcc", "header:alsa/asoundlib.h")
    source, library = folder / "busy.c", folder / "libbusy.so"
    source.write_text(BUSY)
    subprocess.run(
        ["gcc", "-Wall", "-Werror", "-shared", "-fPIC", "-DPIC", "-o", library, source, "-lasound"],
        check=True,
    )
    variables = sound_environment(
        folder,
        f'pcm_type.busy {{ lib "{library}" }}\n'
        f"{'pcm.nowhere { type null }' if spare else ''}\n"  # listed, like every device there is
        f"pcm.!default {{ type busy spare {spare} }}\n",
    )
    return within(variables)
