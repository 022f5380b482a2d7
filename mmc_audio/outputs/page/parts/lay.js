// ---- which sounds stand where, at a level of talk and a tempo ------------------------------------

const LEAD = [140, 210]; // a cue for an effort ends so long before its click
const BEFORE_MOVING = 150;
const BETWEEN = 120;
const ON_CLICK = 121; // a number is heard this near to its click

/** All sounds in order of time: clicks and tones as they are, speech where it has room. */
function laid(session, talk, pace) {
  const speech = speechAt(session, session.speech[talk], pace);
  const clicks = session.clicks.map((one) => (
    { kind: "click", ...one, under: one.sound === "tick" && said(speech, one, session.tick) }));
  const glides = session.glides.map((one) => (
    { kind: "tone", ...one, dips: dipsOf(session, speech, one) }));
  const sounds = [...clicks, ...glides, ...speech].sort((a, b) => a.at - b.at);
  return session.stereo ? sounds.map((one) => ({ ...one, lean: leanAt(session, one) })) : sounds;
}

/** Whether someone speaks while a sound of so many ms is heard. */
function said(speech, sound, lasts) {
  const last = speech[lastBegun(speech, sound.at + lasts - 1)];
  return Boolean(last && last.end > sound.at);
}

/** When someone speaks while a tone sounds, or just before or after: from its start, in ms. */
function dipsOf(session, speech, glide) {
  const { gap, ramp } = session.tone;
  return speech
    .filter((one) => one.end >= glide.at - ramp && one.at < glide.end - gap + ramp)
    .map((one) => [one.at - glide.at, one.end - glide.at]);
}

/** Each phrase with its end. At the tempo as written, all stand as they were arranged. */
function speechAt(session, row, pace) {
  const opens = openings(session);
  const placed = [];
  for (const one of row) {
    const lasts = session.phrases[one.phrase].lasts;
    const rate = pace.rate(one.at);
    const at = rate === 1 ? one.at : anchored(session, opens, one, lasts, rate);
    const said = { kind: "say", at, end: at + lasts * rate, phrase: one.phrase };
    const before = placed[placed.length - 1];
    const free = !before || rate === 1 || said.at >= before.end + BETWEEN * rate;
    const crosses = rate !== 1 && crossing(opens, said, { at: one.at, end: one.at + lasts }, rate);
    if (free && !crosses) placed.push(said);
  }
  return placed;
}

function openings(session) {
  const moving = session.phases.filter((one) => one.name !== "pause" && one.name !== "squeeze");
  const all = [...session.phases, ...session.sets.map((set) => ({ at: set.end }))];
  const times = (row) => row.map(({ at }) => ({ at })).sort((a, b) => a.at - b.at);
  return { all: times(all), moving: times([...moving, ...all.slice(session.phases.length)]) };
}

/** Where a phrase begins at another rate: as long before, or after, the click it belongs to. */
function anchored(session, opens, one, lasts, rate) {
  const next = coming(opens.all, one.at + lasts);
  const before = next ? next.at - (one.at + lasts) : Infinity;
  if (before >= LEAD[0] && before <= LEAD[1]) return next.at - (before + lasts) * rate;
  const heard = one.at + session.phrases[one.phrase].onset;
  const click = opens.all[lastBegun(opens.all, heard)];
  const near = click && heard - click.at <= ON_CLICK;
  return near ? click.at + (one.at - click.at) * rate : one.at;
}

/** Whether a phrase would be said across the click of a movement that it was not said across. */
function crossing(opens, said, written, rate) {
  const next = coming(opens.moving, Math.max(said.at, written.at));
  if (!next || next.at < written.end) return false;
  const room = Math.min(BEFORE_MOVING, next.at - written.end);
  return said.end + room * rate > next.at + 1;
}

/** The side to which a sound leans: that of its set; where sides take turns, that of its rep. */
function leanAt(session, sound) {
  const one = (side) => (side === "left" || side === "right" ? side : "");
  const set = session.sets.find((span) => sound.at >= span.at - span.leadIn && sound.at < span.end
    && one(span.side));
  if (set || sound.kind === "say") return set ? set.side : "";
  const phase = under(session.phases, sound.at);
  const by = phase && session.sets.find((span) => (
    span.exercise === phase.exercise && span.bout === phase.bout));
  return by && by.side === "both" ? one(phase.side) : "";
}
