// ---- what the phone may allow, or not ----------------------------------------------------------------

/** Keeps a place and settings from one visit to the next, where the browser lets a page do so. */
class Memory {
  constructor(id) {
    this.key = `mmc-audio ${id}`;
    this.works = true;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch (error) {
      this.works = false;
      return {};
    }
  }

  write(facts) {
    try {
      localStorage.setItem(this.key, JSON.stringify(facts));
    } catch (error) {
      this.works = false;
    }
  }
}

/** Keeps the screen on while a session plays; `refused` is called once where that is not allowed. */
class Screen {
  constructor(refused) {
    this.wanted = false;
    this.lock = null;
    this.refused = refused;
    document.addEventListener("visibilitychange", () => this.see());
  }

  keep(wanted) {
    if (this.wanted === wanted) return;
    this.wanted = wanted;
    this.see();
  }

  async see() {
    if (!this.wanted || document.hidden || !("wakeLock" in navigator)) {
      if (!this.wanted && this.lock) this.lock.release().catch(() => {});
      if (!this.wanted) this.lock = null;
      return;
    }
    if (this.lock && !this.lock.released) return;
    try {
      this.lock = await navigator.wakeLock.request("screen");
      if (!this.wanted) this.see(); // it was paused meanwhile
    } catch (error) {
      this.lock = null; // a flat battery, or a browser that says no
      this.refused();
      this.refused = () => {};
    }
  }
}

/** Gives it its sound when it is first wanted. */
function playQuietly(audio) {
  if (!audio.src) {
    audio.src = URL.createObjectURL(new Blob([silentWav(10)], { type: "audio/wav" }));
  }
  audio.play().catch(() => {});
}

/** A sound without sound: phones show controls on their lock screen for pages with such an element. */
function quietSound() {
  const audio = new Audio();
  audio.loop = true;
  return audio;
}

function silentWav(seconds) {
  const frames = seconds * 8000;
  const view = new DataView(new ArrayBuffer(44 + frames));
  const word = (at, text) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + frames, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, "data");
  view.setUint32(40, frames, true);
  for (let i = 0; i < frames; i += 1) view.setUint8(44 + i, 128);
  return view.buffer;
}

/** The lock screen, earbuds and media keys. */
function watchMediaKeys(player) {
  if (!("mediaSession" in navigator)) return;
  const keys = {
    play: () => player.resume(),
    pause: () => player.pause(),
    stop: () => player.pause(),
    nexttrack: () => player.jump("next"),
    previoustrack: () => player.jump("previous"),
  };
  for (const [name, act] of Object.entries(keys)) {
    try {
      navigator.mediaSession.setActionHandler(name, act);
    } catch (error) {
      // a browser that does not know this key
    }
  }
}

/** What the lock screen tells. */
function tellMediaSession(player) {
  if (!("mediaSession" in navigator) || !window.MediaMetadata) return;
  const media = navigator.mediaSession;
  const seen = scene(player);
  const title = [seen.exercise, seen.place].filter(Boolean).join(". ");
  if (!media.metadata || media.metadata.title !== title) {
    const artist = player.session.author || "mmc-audio";
    media.metadata = new MediaMetadata({ title, artist, album: player.session.title });
  }
  media.playbackState = player.sounding ? "playing" : "paused";
  if (!media.setPositionState) return;
  const duration = player.pace.passed(player.session.duration) / 1000;
  const position = Math.max(0, Math.min(duration, duration - player.left / 1000));
  media.setPositionState({ duration, position, playbackRate: 1 });
}

/** What this browser can't do, in plain words, each with what helps. */
function limits({ voice, memory, file }) {
  const told = [
    "Sound starts only after you tap Start: phones ask for that.",
    file
      ? "With \u201cRecording\u201d chosen, it goes on when the screen locks, with the words and volumes as they were exported. With \u201cLive\u201d it may stop then."
      : "When the screen locks, the phone may stop the sound. Leave the screen on, or make this page with --with-audio: that one goes on playing.",
    "wakeLock" in navigator
      ? "While it plays, the page asks for the screen to stay on, and says so where it is refused. In battery saving mode a phone may turn it off all the same."
      : "This browser does not let a page keep the screen on. Set the screen of your phone to stay on for longer.",
    "A silent switch can silence it: turn it off, and set the volume while it is quiet.",
  ];
  if (!("mediaSession" in navigator)) {
    told.push("This browser has no controls on the lock screen, and none by earbuds.");
  }
  if (!memory) {
    told.push("This browser keeps nothing for a page that is opened as a file: after a reload, tap the strip to find your place.");
  }
  if (!voice) told.push("This browser could not decode the voice: you hear the clicks alone.");
  return told;
}
