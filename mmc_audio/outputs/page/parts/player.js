// ---- what each button does to a session -----------------------------------------------------------

const BEATS = 3;
const ASLEEP_MS = 10000; // earbuds sleep in a silence, and then miss the beginning of a sound
const COUNT_AFTER = 200; // a number that belongs to a rep which was not done begins within this

/** Modes: "start", "counting", "playing", "paused", "finished". */
class Player {
  constructor(session, live, recorded, settings) {
    this.planned = session;
    this.session = session;
    this.live = live;
    this.recorded = recorded;
    this.settings = settings;
    this.mode = "start";
    this.at = 0;
    this.silentSince = -Infinity;
    this.noted = () => {};
    this.arrange();
  }

  get output() {
    return this.fromFile ? this.recorded : this.live;
  }

  get fromFile() {
    return Boolean(this.recorded) && this.settings.source === "file";
  }

  get sounding() {
    return this.mode === "playing" || this.mode === "counting";
  }

  /** All sounds of the session as it is now, with its tempo. */
  arrange() {
    this.pace = new Pace(this.session, this.settings.tempo / 100, this.fromFile);
    this.sounds = laid(this.session, this.settings.talk, this.pace);
  }

  /** Looks at the clock: what is heard now. */
  step() {
    if (!this.sounding) return;
    const { at, lead } = this.output.position();
    this.at = at;
    this.lead = lead;
    this.mode = lead > 0 && this.leads ? "counting" : "playing";
    if (at >= this.session.duration || (this.fromFile && this.recorded.audio.ended)) this.finish();
  }

  /** Time that will pass until the end. */
  get left() {
    return this.pace.passed(this.session.duration) - this.pace.passed(this.at);
  }

  // ---- buttons

  toggle() {
    if (this.sounding) this.pause();
    else this.resume();
  }

  pause() {
    if (!this.sounding) return;
    this.halt();
    this.say("Paused");
  }

  resume() {
    if (this.sounding) return;
    if (this.mode === "finished") this.at = 0;
    const speech = this.settings.talk && spokenAt(this.session, this.settings.talk, this.at);
    this.go(this.at > 0 ? resumed(this.session, this.at, speech) : { at: 0 });
  }

  /** "next", "previous", "repeat" or "done". */
  jump(where) {
    this.step();
    const goal = LEADS[where](this.session, this.at);
    if (goal) this.leap(goal);
    else this.say(NO_WAY[where]);
  }

  /** To a moment that was pointed at: to the set that it is in, or that comes then. */
  jumpTo(at) {
    const set = this.session.sets.find((one) => at < one.end) || this.session.sets.slice(-1)[0];
    this.leap(toSet(set));
  }

  leap(goal) {
    const before = moment(this.session, this.at).exercise.number;
    if (this.sounding) this.halt();
    const at = this.asPlanned(goal.at);
    this.go({ ...goal, at });
    const now = moment(this.session, at);
    const set = now.set || now.coming;
    if (!set) return;
    const exercise = this.session.exercises.find((one) => one.number === set.exercise);
    const other = set.exercise === before ? "" : `${exercise.name}, `;
    this.say(capital(`${other}set ${whichSet(set)}`));
  }

  /** The session as it was planned, and where a moment is in it: a rest is changed but once. */
  asPlanned(at) {
    const planned = plannedAt(this.session, at);
    if (this.session !== this.planned) {
      this.session = this.planned;
      this.arrange();
    }
    return planned;
  }

  longer() {
    this.changeRest((now) => longerRest(this.session, now), "longer");
  }

  shorter() {
    this.changeRest((now) => shorterRest(this.session, now), "shorter");
  }

  changeRest(change, word) {
    this.step();
    const gap = gapAt(this.session, this.at);
    if (!gap) return this.say("No rest is under way");
    const less = word === "shorter";
    if (less && this.at >= gap.goal) return this.say("The set is being counted in");
    if (less && gap.goal - this.at <= REST_STEP) return this.leap({ at: gap.goal });
    if (this.fromFile) return this.seekRest(gap, less);
    const now = this.sounding ? this.live.ahead() : this.at;
    if (!less && gap.end - this.at > MOST_REST) return this.say("No rest is longer than 60 minutes");
    const changed = change(now);
    if (!changed) return this.say("What is done in this rest needs its time: go on with the next set");
    this.session = changed;
    this.refresh();
    return this.say(`${gap.rest ? "Rest" : "Start"} 15 s ${word}`);
  }

  /** In a recording the rest is as long as it is: 15 s of it are heard again, or left out. */
  seekRest(gap, less) {
    const to = less ? this.at + REST_STEP : Math.max(gap.at, this.at - REST_STEP);
    const by = Math.round(Math.abs(to - this.at) / 1000);
    this.at = to;
    if (this.sounding) this.go({ at: to });
    this.say(`Rest ${by} s ${less ? "shorter" : "longer"}`);
  }

  /** Another tempo, level of talk, volume or source. */
  change(settings) {
    this.step();
    const was = this.settings;
    const source = settings.source && settings.source !== was.source;
    if (source && this.sounding) this.pause();
    this.settings = { ...was, ...settings };
    this.live.set(this.settings);
    if (this.recorded) this.recorded.set(this.settings);
    if (source) this.at = this.asPlanned(this.at);
    if (this.settings.tempo !== was.tempo || this.settings.talk !== was.talk || source) this.refresh();
  }

  // ---- below

  refresh() {
    this.arrange();
    if (this.sounding) this.output.change(this.sounds, this.pace);
  }

  go(goal) {
    const at = inEdit(this.session, goal.at) ? goal.at : this.asPlanned(goal.at);
    const asleep = performance.now() - this.silentSince > ASLEEP_MS;
    const wake = asleep && at > 0 && !this.fromFile ? this.session.wake : 0;
    const lead = goal.countIn ? countIn(this.session, wake) : { lasts: wake, sounds: [], wake };
    const sounds = goal.early ? withoutNumber(this.sounds, at) : this.sounds;
    this.at = at;
    this.lead = lead.lasts;
    this.leads = lead.lasts > 0;
    this.output.start(sounds, this.pace, at, lead);
    this.mode = lead.lasts ? "counting" : "playing";
  }

  halt() {
    this.step();
    this.output.stop();
    this.silentSince = performance.now();
    if (this.mode !== "finished") this.mode = "paused";
  }

  finish() {
    this.output.stop();
    this.at = this.session.duration;
    this.mode = "finished";
  }

  say(note) {
    this.noted(note);
  }
}

const MOST_REST = 3600000 - REST_STEP;
const NO_WAY = {
  next: "There is no next set",
  previous: "There is no set before this",
  repeat: "No set has begun yet",
  done: "No set is under way",
};

/** Whether a moment lies in a rest that was changed: only there the change still holds. */
function inEdit(session, at) {
  return session.edit && at >= session.edit.from && at < session.edit.until;
}

function withoutNumber(sounds, at) {
  return sounds.filter((one) => one.kind !== "say" || one.at < at || one.at >= at + COUNT_AFTER);
}
