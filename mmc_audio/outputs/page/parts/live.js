// ---- playing by the audio clock -------------------------------------------------------------------

const AHEAD_S = 2; // sounds are handed over so long before they are heard
const AHEAD_HIDDEN_S = 90; // a hidden page may be woken but once a minute
const PUMP_MS = 200;
const SOON_S = 0.06; // what begins within this time is left as it is
const WAKE_LEVEL = 10 ** (-58 / 20);

/** Plays sounds of a session from any moment on. Created in a tap: browsers ask for that. */
class Live {
  constructor(bank, volumes) {
    this.bank = bank;
    this.volumes = volumes;
    this.context = null;
    this.playing = null;
  }

  /** The context, made when someone first taps. */
  open() {
    if (!this.context) {
      const Context = window.AudioContext || window.webkitAudioContext;
      this.context = new Context({ latencyHint: "interactive" });
    }
    if (this.context.state !== "running") this.context.resume();
    return this.context;
  }

  /** From `at` on, after a lead: {lasts, sounds} in ms. */
  start(sounds, pace, at, lead) {
    this.stop();
    const context = this.open();
    const zero = context.currentTime + 0.1 + lead.lasts / 1000;
    const outlet = new Outlet(context, this.volumes);
    this.playing = { outlet, sounds, pace, at, zero, passed: pace.passed(at), next: 0, live: [] };
    this.playing.next = sounds.findIndex((one) => one.at >= at);
    if (this.playing.next < 0) this.playing.next = sounds.length;
    for (const one of lead.sounds) {
      this.begin(one, zero + (one.at - lead.lasts) / 1000, 1, true);
    }
    if (lead.wake) this.wake(zero - lead.lasts / 1000, lead.wake / 1000);
    this.pump();
    this.timer = setInterval(() => this.pump(), PUMP_MS);
  }

  /** The moment up to which nothing can be changed any more. */
  ahead() {
    const run = this.playing;
    const since = this.context.currentTime + SOON_S - run.zero;
    return since < 0 ? run.at : run.pace.at(run.passed + since * 1000);
  }

  /** Other sounds from here on; what sounds, and what is about to, stays. */
  change(sounds, pace) {
    const run = this.playing;
    const now = this.context.currentTime + SOON_S;
    run.at = this.ahead();
    run.zero = Math.max(run.zero, now);
    for (const one of run.live) {
      const cut = one.tone && pace.pace !== run.pace.pace;
      if (!one.lead && (one.start > now || (cut && one.end > now))) silence(one);
    }
    run.live = run.live.filter((one) => one.lead || !one.silent);
    Object.assign(run, { sounds, pace, passed: pace.passed(run.at) });
    const busy = Math.max(0, ...run.live.filter((one) => one.say).map((one) => one.end));
    run.next = sounds.findIndex((one) => one.at >= run.at);
    if (run.next < 0) run.next = sounds.length;
    run.free = busy ? busy + BETWEEN / 1000 : 0;
    this.pump();
  }

  /** Hands over what is heard soon. */
  pump() {
    const run = this.playing;
    if (!run) return;
    const now = this.context.currentTime;
    const until = now + (document.hidden ? AHEAD_HIDDEN_S : AHEAD_S);
    run.live = run.live.filter((one) => one.end > now - 1);
    while (run.next < run.sounds.length) {
      const sound = run.sounds[run.next];
      const when = this.when(sound.at);
      if (when > until) break;
      run.next += 1;
      const late = when < now - SOON_S; // the phone slept: what is past is not heard in a heap
      const talking = sound.kind === "say" && when < (run.free || 0);
      if (!late && !talking) this.begin(sound, Math.max(when, now), run.pace.rate(sound.at), false);
    }
  }

  when(at) {
    const run = this.playing;
    return run.zero + (run.pace.passed(at) - run.passed) / 1000;
  }

  begin(sound, when, rate, lead) {
    const one = begin(this.playing.outlet, this.bank, sound, when, rate);
    if (one) this.playing.live.push({ ...one, lead, say: sound.kind === "say" });
  }

  /** Faint noise that wakes sleepy earbuds. */
  wake(when, seconds) {
    const source = this.context.createBufferSource();
    source.buffer = bufferOf(faintNoise(Math.round(seconds * RATE)));
    source.connect(this.playing.outlet.all);
    source.start(when);
    this.playing.live.push({ source, start: when, end: when + seconds, lead: true });
  }

  /** The moment that is heard now, and how much of the lead is left. */
  position() {
    const run = this.playing;
    const latency = this.context.outputLatency || this.context.baseLatency || 0;
    const since = (this.context.currentTime - latency - run.zero) * 1000;
    if (since < 0) return { at: run.at, lead: -since };
    return { at: run.pace.at(run.passed + since), lead: 0 };
  }

  set(volumes) {
    this.volumes = volumes;
    if (this.playing) this.playing.outlet.set(volumes);
  }

  /** Silence, at once. */
  stop() {
    clearInterval(this.timer);
    if (!this.playing) return;
    this.playing.outlet.close();
    this.playing.live.forEach((one) => silence(one, this.context.currentTime + 0.02));
    this.playing = null;
  }
}

function silence(one, when = 0) {
  one.silent = true;
  one.source.stop(when);
}

function faintNoise(frames) {
  const samples = new Float32Array(frames);
  let seed = 1;
  for (let i = 0; i < frames; i += 1) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const edge = Math.min(1, i / 4800, (frames - i) / 4800);
    samples[i] = (seed / 2 ** 31 - 1) * 1.73 * edge * WAKE_LEVEL;
  }
  return samples;
}

/** Counted beats that end where the session goes on, after faint noise for sleepy earbuds. */
function countIn(session, wake) {
  const start = wake + 300;
  const sounds = [];
  for (let beat = 0; beat < BEATS; beat += 1) {
    const at = start + beat * 1000;
    sounds.push({ kind: "click", at, sound: "count", under: false });
    const word = session.counted[beat];
    if (word) sounds.push({ kind: "say", at: Math.max(0, at - word.onset), phrase: word.phrase });
  }
  return { lasts: start + BEATS * 1000, sounds, wake };
}

/** A stretch of the session as sound: what is played from `from` until `until`, in an offline context. */
async function render(bank, { from, until, talk, pace: speed, volumes }) {
  const { session } = bank;
  const pace = new Pace(session, speed || 1, false);
  const sounds = laid(session, talk || session.talk, pace);
  const first = pace.passed(from);
  const frames = Math.round(((pace.passed(until) - first) * RATE) / 1000);
  const context = new OfflineAudioContext(session.stereo ? 2 : 1, frames, RATE);
  const outlet = new Outlet(context, volumes || { voice: 100, clicks: 100 });
  for (const one of sounds.filter((sound) => sound.at >= from && sound.at < until)) {
    begin(outlet, bank, one, (pace.passed(one.at) - first) / 1000, pace.rate(one.at));
  }
  return context.startRendering();
}
