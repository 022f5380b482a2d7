"""Tempo and cue player: a TOML program becomes clicks and a voice that never moves the beat."""

__version__ = "0.1.0"
