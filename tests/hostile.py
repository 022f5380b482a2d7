"""What a stranger may write: names that steer a terminal, texts that some other program obeys.

REFUSED never passes `mmc check`; the screen and the writers do not rely on that. ACCEPTED are words
like any others to us, and must stay words to a shell, a page, a spreadsheet, a voice.
"""

from __future__ import annotations

from dataclasses import replace

from mmc_audio.timeline import Event, ExerciseSpan, SetSpan, Speech, Timeline

NAME = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u202ename\u200b\x9b1m\tof\nit"
SHOWN = r"\x1b]0;owned\x07\x1b[2J\x1b[31m\u202ename\u200b\x9b1m of it"

# name: a text that holds something invisible, for titles, cues, names, labels
REFUSED = {
    "window title": "\x1b]0;owned\x07squat",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07squat",
    "colours": "\x1b[31;5msquat\x1b[0m",
    "screen cleared": "squat\x1b[2J\x1b[H",
    "device control": "\x1bPq#0;2;0;0;0\x1b\\squat",
    "C1 control sequence": "squat\x9b2J",
    "C1 string": "squat\x9d0;owned\x9c",
    "bell and backspace": "squat\x07\x08\x08",
    "delete": "squat\x7f",
    "carriage return": "squat\rdone: all is well",
    "next line": "squat\x85done",
    "line separator": "squat\u2028done",
    "override to the left": "squat \u202etaxe.cod",
    "isolate": "squat \u2066up\u2069",
    "right-to-left mark": "squat\u200f up",
    "Arabic letter mark": "squat\u061c up",
    "zero-width space": "sq\u200buat",
    "word joiner": "sq\u2060uat",
    "soft hyphen": "sq\u00aduat",
    "byte order mark": "\ufeffsquat",
    "tag letters": "squat\U000e0041\U000e0042",
    "musical control": "squat\U0001d173",
}
# name: a text that is no more than words to us
ACCEPTED = {
    "formula": "=cmd|'/c calc'!A1",
    "formula behind a mark": "push; =HYPERLINK(1)",
    "formula of East Asia": "＝1+1 push",
    "plus and minus": "+49 -1 up",
    "at": "@SUM(A1) up",
    "shell command": "$(touch owned) up",
    "backticks": "`touch owned` up",
    "semicolons": "up; touch owned; echo up | tee owned && true",
    "option with a file": "-f/etc/hostname",
    "option": "--version",
    "SSML": '<break time="600s"/> up',
    "SSML document": "<speak><audio src='http://127.0.0.1:9/a.wav'/>up</speak>",
    "script": "<script>document.title='owned'</script> up",
    "image": '"><img src=x onerror=alert(1)> up',
    "closing tags": "</title></style></svg></script> up",
    "entity": "&lt;b&gt; &amp; &#x1b; up",
    "CDATA": "]]><!-- up -->",
    "percent and backslash": "%n%s%x \\x1b[2J \\u202e up",
    "template": "{{0.__class__}} ${jndi:ldap://127.0.0.1/a} up",
    "subtitle time": "1 00:00:01,000 --> 00:00:02,000 up",
    "lyrics tag": "[ti:owned] [00:01.00] up",
    "metadata": "title=owned\\ #x ;y up",
    "markup of rich": "[bold red]up[/] [link=file:///etc/passwd]x[/link]",
    "joined Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "long word": "w" * 120,
    "right to left": "\u05e9\u05dc\u05d5\u05dd up",
    "combining": "u" + "\u0301" * 40 + "p",
}


def quoted(text: str) -> str:
    """The text as a TOML string."""
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{escaped}"'


def program(text: str) -> str:
    """A program that has the text wherever a text may stand and be seen or heard."""
    said = quoted(text.replace("{", "(").replace("}", ")"))
    plain = quoted(text)
    return f"""\
title = {plain}
author = {plain}
[[exercise]]
name = {plain}
target = {plain}
sets = [{{ label = {quoted(text[:60])} }}]
reps = 2
rest = 0
load = {quoted(text[:60])}
cues.intro = {said}
cues.concentric = {said}
"""


def renamed(timeline: Timeline) -> Timeline:
    """The timeline with everything in it named so."""
    return replace(timeline, title=NAME, events=tuple(map(_renamed, timeline.events)))


def _renamed(event: Event) -> Event:
    match event:
        case ExerciseSpan():
            return replace(event, name=NAME)
        case SetSpan():
            return replace(event, label=NAME)
        case Speech():
            return replace(event, text=NAME)
    return event
