// ---- playing the recording that the page holds (--with-audio) -------------------------------------

const BEFORE_REP = 3000; // with the screen off nothing counts in: so much earlier it goes on

/** The same as Live, by an <audio> element: it goes on when the screen locks. */
class Recorded {
  constructor(audio, live) {
    this.audio = audio;
    this.live = live; // counts in
    this.goal = null;
    this.failed = () => {};
    // Behind a locked screen timers stand still, and these go on.
    audio.addEventListener("timeupdate", () => { if (this.playing) this.hear(); });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.playing && this.goal.muted) this.unmute();
    });
  }

  start(sounds, pace, at, lead) {
    this.stop();
    const hidden = document.hidden && lead.sounds.length > 0;
    const before = hidden ? BEFORE_REP : lead.lasts;
    this.goal = { at, muted: !hidden && lead.lasts > 0 };
    this.audio.currentTime = Math.max(0, at - before * pace.pace) / 1000;
    this.audio.playbackRate = pace.pace;
    this.audio.preservesPitch = true;
    this.audio.muted = this.goal.muted; // it runs unheard under the count-in: no second tap is needed
    this.audio.play().catch((error) => {
      if (error.name !== "AbortError") this.failed(); // which is what a pause at once ends in
    });
    if (this.goal.muted) this.live.start([], pace, at, lead);
    this.timer = setInterval(() => this.hear(), 20);
    this.playing = true;
  }

  /** Heard from where it was to go on. */
  hear() {
    if (this.goal.muted && this.audio.currentTime * 1000 >= this.goal.at) this.unmute();
    if (!this.goal.muted) clearInterval(this.timer);
  }

  unmute() {
    this.goal.muted = false;
    this.audio.muted = false;
  }

  change(sounds, pace) {
    this.audio.playbackRate = pace.pace;
  }

  position() {
    const at = this.audio.currentTime * 1000;
    const waits = this.goal.muted && at < this.goal.at;
    return waits ? { at: this.goal.at, lead: (this.goal.at - at) / this.audio.playbackRate }
      : { at, lead: 0 };
  }

  set(volumes) {
    this.live.set(volumes);
    this.audio.volume = Math.min(1, volumes.voice / 100);
  }

  stop() {
    clearInterval(this.timer);
    this.live.stop();
    this.audio.pause();
    this.playing = null;
  }
}
