"""`python -m mmc_audio` is the same as `mmc`."""

from mmc_audio.cli import main

main()
