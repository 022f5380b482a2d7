"""A program on a page of this machine's own, for whoever is writing it.

`report` makes data of what is wrong with the program, `desk` holds what there is to see, `watch`
waits for saves, and `server` answers a browser.
"""
