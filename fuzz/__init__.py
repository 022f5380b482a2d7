"""Fuzzing: what reads bytes of others is given bytes of a machine that looks for trouble.

    make fuzz                             all targets, five minutes in all
    python -m fuzz --seconds 600 load     one of them, ten minutes

atheris (the extra `fuzz`) changes bytes towards branches of our code that were not taken before. A
target is a function of bytes that raises where something holds no longer. What was found is kept in
`tests/data/fuzzed/TARGET/` and given to the targets in every run of the tests, without atheris.
"""
