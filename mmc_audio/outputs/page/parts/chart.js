// ---- what goes on at a moment, and where a button leads -----------------------------------------

/** The index of the last one in a row that began by then; -1 before the first. */
function lastBegun(row, at) {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function under(row, at) {
  const one = row[lastBegun(row, at)];
  return one && at < one.end ? one : null;
}

function coming(row, at) {
  return row[lastBegun(row, at) + 1] || null;
}

function moment(session, at) {
  const work = under(session.phases, at);
  const after = coming(session.phases, at);
  const same = work && after && after.exercise === work.exercise && after.bout === work.bout;
  return {
    at,
    exercise: session.exercises[Math.max(0, lastBegun(session.exercises, at))],
    set: under(session.sets, at),
    coming: coming(session.sets, at),
    rest: under(session.rests, at),
    work,
    workNext: same ? after : null,
    drill: under(session.drills, at),
  };
}

/** Reps as people count them: where sides take turns, a pair is one. */
function countedRep(set, rep) {
  return set.side === "both" ? (rep + 1) >> 1 : rep;
}

/** Where to go for a set: to its lead-in, or to its first click after a count-in. */
function toSet(set) {
  const counts = set.leadIn >= 1000;
  return counts ? { at: set.at - set.leadIn, countIn: false } : { at: set.at, countIn: true };
}

/** The last set whose lead-in, or first click, has been reached; -1 before the first. */
function setIndex(session, at) {
  const index = lastBegun(session.sets, at);
  const next = session.sets[index + 1];
  return next && toSet(next).at <= at ? index + 1 : index;
}

const LEADS = {
  /** The next set; past a new exercise's announcement only when that has begun. */
  next(session, at) {
    const set = session.sets[setIndex(session, at) + 1];
    if (!set) return null;
    const goal = toSet(set);
    const told = coming(session.exercises, at);
    const isNew = told && told === session.exercises.find((one) => one.number === told.number);
    return isNew && told.at < goal.at ? { at: told.at, countIn: false } : goal;
  },

  /** The set before the one under way; in a rest, the one just done. */
  previous(session, at) {
    let index = setIndex(session, at);
    if (index >= 0 && at < session.sets[index].end) index -= 1;
    return index >= 0 ? toSet(session.sets[index]) : null;
  },

  /** The set under way, or the one just done. */
  repeat(session, at) {
    const index = setIndex(session, at);
    return index >= 0 ? toSet(session.sets[index]) : null;
  },

  /** The end of the set under way. Where the next one begins at once, it is counted in. */
  done(session, at) {
    const set = under(session.sets, at);
    if (!set) return null;
    const next = coming(session.sets, set.at);
    const atOnce = next && next.at - set.end < 1000;
    return { at: atOnce ? next.at : set.end, countIn: Boolean(atOnce), early: true };
  },
};

/** Where to go on after a pause: the beginning of the rep, the last whole second of a hold. */
function resumed(session, at, speech) {
  const now = moment(session, at);
  if (now.work && now.work.rep) return { at: repStart(session, now.work), countIn: true };
  if (now.work) return { at: at - ((at - now.work.at) % 1000), countIn: true };
  if (now.coming && now.coming.leadIn && at >= toSet(now.coming).at) return toSet(now.coming);
  if (now.drill) return { at: now.drill.at, countIn: false };
  return { at: speech ? speech.at : at, countIn: false };
}

function repStart(session, phase) {
  let index = lastBegun(session.phases, phase.at);
  const same = (one) => (
    one && one.exercise === phase.exercise && one.bout === phase.bout && one.rep === phase.rep);
  while (same(session.phases[index - 1])) index -= 1;
  return session.phases[index].at;
}
