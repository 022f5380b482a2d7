"""Pictures of a session, of one rep, and the cover of a sound file.

A timeline becomes shapes (`session`, `rep`, `cover`), shapes become SVG (`svg`), and that a PNG
(`raster`). All but the last step is pure and the same on every machine.
"""
