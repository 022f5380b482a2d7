// ---- what there is to see at a moment, in words ----------------------------------------------------

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const up = (ms) => Math.max(0, Math.ceil(ms / 1000 - 1e-6));

function clock(ms) {
  const seconds = Math.round(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

function secondsOf(ms) {
  const tenths = Math.round(ms / 100);
  return `${tenths % 10 ? (tenths / 10).toFixed(1) : tenths / 10} s`;
}

const countdown = (ms) => (up(ms) < 60 ? String(up(ms)) : clock(up(ms) * 1000));

function whichSet(set) {
  const side = set.side === "left" || set.side === "right" ? `, ${set.side} side` : "";
  const part = set.parts > 1 ? `, part ${set.part} of ${set.parts}` : "";
  return `${set.number} of ${set.of}${side}${part}`;
}

function workOf(set) {
  if (!set.reps) return `hold ${secondsOf(set.end - set.at)}`;
  const reps = countedRep(set, set.reps);
  const most = set.amrap ? "up to " : "";
  return `${most}${reps} rep${reps === 1 ? "" : "s"}${set.side === "both" ? " a side" : ""}`;
}

/** {name, style, number, unit, left, whole, place, exercise, next, said}: `left` of `whole` ms. */
function scene(player) {
  const { session, at, mode } = player;
  const now = moment(session, at);
  const words = session.captions;
  const sign = signOf(player, now);
  return {
    ...sign,
    word: sign.name === "paused" ? "paused" : words[sign.name] || sign.name,
    exercise: now.exercise.name,
    which: whichExercise(session, now.exercise),
    place: placeOf(player, now),
    next: nextOf(player, now),
    said: mode === "finished" || mode === "counting" ? "" : saidAt(player),
  };
}

function signOf(player, now) {
  const { mode, lead, session } = player;
  if (mode === "finished") return { name: "finished", style: "rest", number: "", left: 0, whole: 1 };
  if (mode === "counting" && now.work) {
    const beats = up(lead);
    const number = beats > 0 && beats <= BEATS ? String(beats) : "";
    return { name: "ready", style: "ready", number, unit: "", left: lead, whole: BEATS * 1000 };
  }
  const sign = now.work ? working(session, now) : resting(session, now);
  if (mode === "start" && !player.at) return { ...sign, name: "ready", style: "ready" };
  return mode === "playing" || mode === "counting" ? sign
    : { ...sign, name: "paused", style: "paused" };
}

function working(session, now) {
  const { work } = now;
  const left = work.end - now.at;
  const set = session.sets.find((one) => one.exercise === work.exercise && one.bout === work.bout);
  const rep = work.rep ? String(countedRep(set, work.rep)) : countdown(left);
  const unit = work.rep ? `of ${countedRep(set, set.reps)} reps` : "seconds";
  return { name: work.name, style: work.name, number: rep, unit, left, whole: work.end - work.at };
}

function resting(session, now) {
  const { coming: next, rest, drill } = now;
  if (!next) return { name: "finished", style: "rest", number: "", unit: "", left: 0, whole: 1 };
  const counts = next.leadIn && now.at >= toSet(next).at;
  if (drill && session.captions[drill.name] && !counts) {
    return { name: drill.name, style: "hold", number: countdown(drill.end - now.at), unit: "seconds",
      left: drill.end - now.at, whole: drill.end - drill.at };
  }
  const left = next.at - now.at;
  // A rest of 60 s begins with 60, though it may be longer by a part of the grid.
  return {
    name: rest && !counts ? "rest" : "ready",
    style: rest && !counts ? "rest" : "ready",
    number: countdown(Math.max(1, left - GRID + 1)),
    unit: left < 60000 ? "seconds" : "minutes",
    left,
    whole: next.at - (rest ? rest.at : 0),
  };
}

function whichExercise(session, exercise) {
  const most = Math.max(...session.exercises.map((one) => one.number));
  return most > 1 ? `${exercise.number} of ${most}` : "";
}

function placeOf({ session, mode }, now) {
  if (mode === "finished") return "That was the whole session.";
  const { set, work, rest, coming: next } = now;
  if (set) {
    const side = set.side === "both" && work && work.side ? `, ${work.side}` : "";
    const label = set.label ? `, ${set.label}` : "";
    return `Set ${whichSet(set)}${side}${label}`;
  }
  if (!next) return "";
  const done = session.sets[lastBegun(session.sets, now.at)];
  const sameExercise = rest && rest.exercise === now.exercise.number;
  return sameExercise ? `Set ${whichSet(done)} done` : `Set ${whichSet(next)}, ${workOf(next)}`;
}

function nextOf({ session, mode }, now) {
  if (mode === "finished") return "";
  const { set, work, workNext, coming: next } = now;
  if (workNext) {
    const rep = set && workNext.rep !== work.rep ? `rep ${countedRep(set, workNext.rep)}, ` : "";
    const side = rep && workNext.side ? `${workNext.side}, ` : "";
    const lasts = secondsOf(workNext.end - workNext.at);
    return `Next: ${rep}${side}${session.captions[workNext.name]} ${lasts}`;
  }
  if (!next) return set ? "Next: done" : "";
  if (set && next.at > set.end) return `Next: rest ${secondsOf(next.at - set.end)}`;
  const name = next.exercise === now.exercise.number ? ""
    : `${session.exercises.find((one) => one.number === next.exercise).name}, `;
  const label = next.label ? `, ${next.label}` : "";
  return `Next: ${name}set ${whichSet(next)}, ${workOf(next)}${label}`;
}

/** The cue of now, or of just now: it takes longer to read than to hear. */
function saidAt({ sounds, session, at }) {
  let index = lastBegun(sounds, at);
  while (index >= 0 && sounds[index].kind !== "say") index -= 1;
  const one = sounds[index];
  return one && at < one.end + 1000 ? session.phrases[one.phrase].text : "";
}
