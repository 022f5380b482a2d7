// ---- the facts of the session, from what the page holds -----------------------------------------

function bytesOf(text) {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i += 1) bytes[i] = plain.charCodeAt(i);
  return bytes;
}

/** Rows of sounds tell their times as steps: [step, what, step, what, ...]. */
function unstepped(flat, make) {
  const row = [];
  let at = 0;
  for (let i = 0; i < flat.length; i += 2) {
    at += flat[i];
    row.push(make(at, flat[i + 1]));
  }
  return row;
}

function phasesOf(rows) {
  let at = 0;
  return rows.map(([step, lasts, name, exercise, bout, rep, side]) => {
    at += step;
    return { at, end: at + lasts, name, exercise, bout, rep, side: side || "" };
  });
}

function spansOf(spans) {
  return {
    exercises: spans.exercise.map(([at, lasts, number, name]) => (
      { at, end: at + lasts, number, name })),
    sets: spans.set.map(([at, lasts, exercise, bout, number, of, reps, label, leadIn, side, part,
      parts, amrap]) => (
      { at, end: at + lasts, exercise, bout, number, of, reps, label, leadIn, side, part, parts,
        amrap: Boolean(amrap) })),
    rests: spans.rest.map(([at, lasts, exercise, bout]) => (
      { at, end: at + lasts, exercise, bout })),
    drills: spans.drill.map(([at, lasts, name]) => ({ at, end: at + lasts, name })),
  };
}

/** The session as the rest of the script knows it; times are whole milliseconds. */
function sessionOf(facts) {
  const speech = {};
  for (const talk of TALKS) {
    speech[talk] = unstepped(facts.speech[talk], (at, phrase) => ({ at, phrase }));
  }
  return {
    id: facts.id,
    title: facts.title,
    author: facts.author,
    duration: facts.duration,
    wake: facts.wake,
    stereo: facts.channels === 2,
    talk: facts.talk,
    duck: 10 ** (-facts.duck / 20),
    captions: facts.captions,
    tone: facts.tone,
    ...spansOf(facts.spans),
    phases: phasesOf(facts.phases),
    clicks: unstepped(facts.clicks, (at, number) => ({ at, sound: facts.sounds[number][0] })),
    glides: facts.glides.map(([at, lasts, from, to]) => ({ at, end: at + lasts, from, to })),
    speech,
    phrases: facts.phrases.map(([text, onset, first, frames]) => (
      { text, onset, first, frames, lasts: Math.ceil(frames / FRAMES_PER_MS) })),
    tick: Math.max(0, ...facts.sounds.filter(([name]) => name === "tick")
      .map(([, frames]) => frames / FRAMES_PER_MS)),
    counted: facts.counted.map(([phrase, onset]) => ({ phrase, onset })),
  };
}

/** Reads the bits of packed samples (rice.py). */
class Bits {
  constructor(bytes, first) {
    this.bytes = bytes;
    this.at = first * 8;
  }

  one() {
    const bit = (this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1;
    this.at += 1;
    return bit;
  }

  number(width) {
    let value = 0;
    for (let i = 0; i < width; i += 1) value = value * 2 + this.one();
    return value;
  }

  folded(k) {
    let upper = 0;
    while (this.one()) upper += 1;
    return upper * 2 ** k + this.number(k);
  }
}

/** The samples of one clip, full scale 1. */
function samplesOf(bytes, frames, order, first) {
  const bits = new Bits(bytes, first);
  const values = new Int32Array(frames);
  let k = 0;
  for (let i = 0; i < frames; i += 1) {
    if (i % 64 === 0) k = bits.number(4);
    const folded = bits.folded(k);
    values[i] = folded % 2 ? -(folded + 1) / 2 : folded / 2;
  }
  for (let turn = 0; turn < order; turn += 1) {
    for (let i = 1; i < frames; i += 1) values[i] += values[i - 1];
  }
  return Float32Array.from(values, (value) => value / 4096); // 13 bits
}
