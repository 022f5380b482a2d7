// ---- 15 s more or less of a rest -----------------------------------------------------------------

const REST_STEP = 15000;
const CHIME = 500; // from a warning's sound to its words, and less than GRID more
const GRID = 24;
const SENTENCE = 350;
const ROWS = ["exercises", "sets", "rests", "drills", "phases", "clicks", "glides"];

const shifted = (one, by) => ({ ...one, at: one.at + by, ...(one.end && { end: one.end + by }) });

/** A session whose rest, or time to get ready, is under way at `now`: from where until when. */
function gapAt(session, now) {
  const { rest, set, coming: next } = moment(session, now);
  const first = next && next === session.sets[0];
  if (set || !next || !(rest || first)) return null;
  return { at: rest ? rest.at : 0, goal: toSet(next).at, end: next.at, rest };
}

/** The session with everything after `from` later by `by`; the rest under way is longer. */
function moved(session, from, by, gap) {
  const later = (one) => (one.at >= from ? shifted(one, by) : one);
  const longer = (one) => (one.at < from && one.end > from ? { ...one, end: one.end + by } : one);
  const changed = { ...session, duration: session.duration + by, speech: {} };
  for (const row of ROWS) changed[row] = session[row].map((one) => longer(later(one)));
  for (const talk of TALKS) changed.speech[talk] = session.speech[talk].map(later);
  const last = session.edit || { before: 0, by: 0 };
  const same = last.from === gap.at;
  changed.edit = {
    from: gap.at,
    until: gap.end + by,
    by: by + (same ? last.by : 0),
    before: last.before + (same ? 0 : last.by), // by how much rests before it were changed
  };
  return changed;
}

/** Whether words are those of a warning. */
const isSaidWith = (warning, one) => (
  one.at >= warning.at + CHIME && one.at < warning.at + CHIME + GRID);

/** More rest: time is put in now, and a warning that will be true once more is given once more. */
function longerRest(session, now, by = REST_STEP) {
  const gap = gapAt(session, now);
  const busy = TALKS.map((talk) => spokenAt(session, talk, now)).filter(Boolean);
  const drill = under(session.drills, now);
  const from = Math.max(now, drill ? drill.end : 0, ...busy.map((one) => one.end));
  const changed = moved(session, from, by, gap);
  const again = session.clicks.filter((one) => (
    one.sound === "warn" && one.at >= gap.at && one.at <= now && one.at + by > from + BETWEEN));
  const clicks = again.map((one) => shifted(one, by));
  changed.clicks = sorted([...changed.clicks, ...clicks]);
  for (const talk of TALKS) {
    const words = session.speech[talk].filter((one) => (
      again.some((click) => isSaidWith(click, one)) && one.at <= now));
    changed.speech[talk] = sorted([...changed.speech[talk], ...words.map((w) => shifted(w, by))]);
  }
  return changed;
}

/** Less rest: what is still to be said or done closes up; null where that has no room. */
function shorterRest(session, now, by = REST_STEP) {
  const gap = gapAt(session, now);
  const goal = gap.goal - by;
  const drills = closedUp(session.drills.filter((one) => one.end > now && one.at < gap.goal),
    now, goal, by);
  if (drills.some((one) => one.to === null)) return null;
  const changed = moved(session, gap.goal, -by, gap);
  const ahead = (one) => one.at > now && one.at < gap.goal;
  const inDrill = (one) => drills.find((drill) => one.at >= drill.at && one.at < drill.end);
  const warned = (one) => session.clicks.some((click) => (
    click.sound === "warn" && (click.at === one.at || isSaidWith(click, one))));
  const place = (one) => shifted(one, inDrill(one) ? inDrill(one).to - inDrill(one).at : -by);
  const kept = (row) => row.filter((one) => !ahead(one));
  const still = (one) => one.at > now;
  changed.drills = sorted([...changed.drills.filter((one) => !(one.end > now && one.at < gap.goal)),
    ...drills.map((one) => shifted(one, one.to - one.at))]);
  changed.exercises = changed.exercises.map((one) => (
    ahead(one) ? { ...one, at: Math.max(now + 1, one.at - by) } : one));
  changed.clicks = sorted([...kept(session.clicks).map((one) => (
    one.at >= gap.goal ? shifted(one, -by) : one)),
  ...session.clicks.filter(ahead).map(place).filter(still)]);
  for (const talk of TALKS) {
    const row = session.speech[talk];
    const fixed = row.filter((one) => ahead(one) && (warned(one) || inDrill(one))).map(place)
      .filter(still).map((one) => withEnd(session, one));
    const loose = row.filter((one) => ahead(one) && !warned(one) && !inDrill(one))
      .map((one) => withEnd(session, one));
    const said = spokenAt(session, talk, now);
    const after = Math.max(now, said ? said.end : 0);
    changed.speech[talk] = sorted([...kept(row).map((one) => (
      one.at >= gap.goal ? shifted(one, -by) : one)), ...fixed,
    ...between(loose, fixed, after, goal, by)]);
  }
  return changed;
}

/** Blocks in their order, each as early as `by` before, one after another; `to` null: no room. */
function closedUp(blocks, now, goal, by) {
  let free = now;
  return blocks.map((one) => {
    const to = one.at <= now ? one.at : Math.max(one.at - by, free + SENTENCE);
    free = to + one.end - one.at;
    return { ...one, to: free <= goal ? to : null };
  });
}

/**
 * Phrases put where nothing else is said: before the first warning they stay, after it they keep
 * their distance to the set. What has no room before the count-in is left out.
 */
function between(loose, fixed, after, goal, by) {
  const placed = [];
  let free = after + BETWEEN;
  const warned = fixed.length ? sorted(fixed)[0].at : goal;
  for (const one of loose) {
    const lasts = one.end - one.at;
    const stays = one.end + BETWEEN <= warned;
    let at = Math.max(stays ? one.at : one.at - by, free);
    for (const other of sorted(fixed)) {
      if (at < other.end + SENTENCE && at + lasts + BETWEEN > other.at) at = other.end + SENTENCE;
    }
    if (at + lasts > goal) continue;
    placed.push({ ...one, at, end: at + lasts });
    free = at + lasts + SENTENCE;
  }
  return placed;
}

const sorted = (row) => [...row].sort((a, b) => a.at - b.at);

function withEnd(session, one) {
  return { ...one, end: one.at + session.phrases[one.phrase].lasts };
}

/** What is being said at a moment. */
function spokenAt(session, talk, now) {
  const one = session.speech[talk][lastBegun(session.speech[talk], now)];
  const said = one && withEnd(session, one);
  return said && now < said.end ? said : null;
}

/** The same moment in the session as it was planned. */
function plannedAt(session, at) {
  const edit = session.edit;
  if (!edit) return at;
  if (at < edit.from) return at - edit.before;
  if (at >= edit.until) return at - edit.before - edit.by;
  return Math.max(edit.from, Math.min(edit.until, at) - edit.by) - edit.before;
}
