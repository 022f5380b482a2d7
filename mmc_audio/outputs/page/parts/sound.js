// ---- the sounds themselves ------------------------------------------------------------------------

const FRAMES_PER_MS = 48;
const RATE = 48000;
const NEAR = { pan: (2 / Math.PI) * Math.atan(2) * 2 - 1, gain: Math.SQRT2 }; // 6 dB between ears

/** The clips of a session as buffers, each of them once. */
class Bank {
  constructor(session, facts) {
    this.session = session;
    this.facts = facts;
    this.clicks = new Map();
    this.voice = null;
    this.offset = 0;
  }

  /** Unpacks the clicks, and has the browser decode the voice. False: there are clicks alone. */
  async load() {
    const bytes = bytesOf(this.facts.pcm);
    for (const [name, frames, order, first] of this.facts.sounds) {
      this.clicks.set(name, bufferOf(samplesOf(bytes, frames, order, first)));
    }
    if (!this.facts.mp3) return true;
    try {
      const decoder = new OfflineAudioContext(1, 1, RATE); // what it decodes has this rate
      const voice = await decoder.decodeAudioData(bytesOf(this.facts.mp3).buffer);
      this.offset = markAt(voice, this.facts.mark.before) - this.facts.mark.at;
      this.voice = voice;
    } catch (error) {
      return false;
    }
    return true;
  }
}

function bufferOf(samples) {
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: RATE, numberOfChannels: 1 });
  buffer.copyToChannel(samples, 0);
  return buffer;
}

/** Where the middle of the tone in front is, in frames: decoders leave more or less silence. */
function markAt(buffer, before) {
  const samples = buffer.getChannelData(0).subarray(0, before);
  let weight = 0;
  let moment = 0;
  samples.forEach((value, frame) => {
    weight += value * value;
    moment += frame * value * value;
  });
  return weight ? Math.round(moment / weight) : 0;
}

/** Voice and clicks, each with a volume of its own, up to a soft ceiling just below full scale. */
class Outlet {
  constructor(context, volumes) {
    this.context = context;
    this.say = context.createGain();
    this.click = context.createGain();
    this.all = context.createGain();
    const half = context.createGain();
    half.gain.value = 0.5;
    const ceiling = context.createWaveShaper();
    ceiling.curve = softCeiling();
    this.say.connect(this.all);
    this.click.connect(this.all);
    this.all.connect(half);
    half.connect(ceiling);
    ceiling.connect(context.destination);
    this.set(volumes);
  }

  set({ voice, clicks }) {
    this.say.gain.value = voice / 100;
    this.click.gain.value = clicks / 100;
  }

  /** Silence, in a few milliseconds, so that it doesn't click. */
  close() {
    const now = this.context.currentTime;
    this.all.gain.setValueAtTime(1, now);
    this.all.gain.linearRampToValueAtTime(0, now + 0.015);
  }
}

/** From -2 to 2: exact up to 0.8, then bending towards 1. */
function softCeiling() {
  const curve = new Float32Array(8193);
  for (let i = 0; i < curve.length; i += 1) {
    const x = (i - 4096) / 2048;
    const over = Math.max(0, Math.abs(x) - 0.8);
    curve[i] = Math.sign(x) * (Math.abs(x) - over + 0.2 * Math.tanh(over / 0.2));
  }
  return curve;
}

/** Begins one sound at `when`, in seconds of the context; what can be stopped, and when it ends. */
function begin(outlet, bank, sound, when, rate) {
  const makers = { click: beginClick, say: beginPhrase, tone: beginTone };
  return makers[sound.kind](outlet, bank, sound, when, rate);
}

function beginClick(outlet, bank, sound, when) {
  const source = outlet.context.createBufferSource();
  source.buffer = bank.clicks.get(sound.sound);
  const gain = sound.under ? bank.session.duck : 1;
  connect(outlet, source, outlet.click, gain, sound.lean);
  source.start(when);
  return { source, start: when, end: when + source.buffer.duration };
}

function beginPhrase(outlet, bank, sound, when) {
  if (!bank.voice) return null;
  const { first, frames } = bank.session.phrases[sound.phrase];
  const source = outlet.context.createBufferSource();
  source.buffer = bank.voice;
  connect(outlet, source, outlet.say, 1, sound.lean);
  source.start(when, (first + bank.offset) / RATE, frames / RATE);
  return { source, start: when, end: when + frames / RATE };
}

/** A tone from one frequency to another; it dips while someone speaks. */
function beginTone(outlet, bank, sound, when, rate) {
  const { tone } = bank.session;
  const lasts = (sound.end - sound.at) / rate / 1000 - tone.gap / 1000;
  if (lasts <= 0) return null;
  const { context } = outlet;
  const source = context.createOscillator();
  const shares = Float32Array.from(tone.partials);
  source.setPeriodicWave(context.createPeriodicWave(
    new Float32Array(shares.length), shares, { disableNormalization: true }));
  source.frequency.setValueAtTime(sound.from, when);
  source.frequency.exponentialRampToValueAtTime(sound.to, when + lasts);
  const faded = context.createGain();
  fade(faded.gain, when, lasts, tone);
  const dipped = context.createGain();
  const dips = sound.dips.map((pair) => pair.map((ms) => ms / rate));
  dip(dipped.gain, when, apartBy(dips, 2 * tone.ramp), tone);
  source.connect(faded);
  connect(outlet, faded.connect(dipped), outlet.click, 1, sound.lean);
  source.start(when);
  source.stop(when + lasts);
  return { source, start: when, end: when + lasts, tone: true };
}

function fade(gain, when, lasts, tone) {
  const time = Math.min(tone.fade / 1000, lasts / 2.1);
  const rising = Float32Array.from({ length: 33 }, (_, i) => (
    tone.peak * (0.5 - 0.5 * Math.cos((Math.PI * i) / 32))));
  gain.setValueAtTime(0, when);
  gain.setValueCurveAtTime(rising, when, time);
  gain.setValueCurveAtTime(rising.slice().reverse(), when + lasts - time, time);
}

/** `dips` are [from, until] in ms after the start of the tone; no two of them within two ramps. */
function dip(gain, when, dips, { dip: low, ramp }) {
  const to = (value, ms) => gain.linearRampToValueAtTime(value, when + ms / 1000);
  const be = (value, ms) => gain.setValueAtTime(value, when + ms / 1000);
  const between = (share) => low + (1 - low) * Math.max(0, Math.min(1, share));
  be(1, 0);
  for (const [from, until] of dips) {
    if (from > 0) {
      be(between(from / ramp), Math.max(0, from - ramp));
      to(low, from);
    }
    be(until > 0 ? low : between(-until / ramp), Math.max(0, until));
    to(1, until + ramp);
  }
}

/** Pairs of moments in order, those joined between which there is too little time. */
function apartBy(pairs, least) {
  const joined = [];
  for (const [from, until] of pairs) {
    const last = joined[joined.length - 1];
    if (last && from - last[1] < least) last[1] = Math.max(last[1], until);
    else joined.push([from, until]);
  }
  return joined;
}

function connect(outlet, source, bus, level, lean) {
  const gain = outlet.context.createGain();
  gain.gain.value = lean ? level * NEAR.gain : level;
  source.connect(gain);
  if (!lean) {
    gain.connect(bus);
    return;
  }
  const panner = outlet.context.createStereoPanner();
  panner.pan.value = lean === "left" ? -NEAR.pan : NEAR.pan;
  gain.connect(panner);
  panner.connect(bus);
}
