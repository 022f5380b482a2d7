"""Writers: one module a family of file formats, behind one protocol.

A writer gets a `Recording` and an empty temporary file; `save` puts the finished file in place.
"""
