// ---- tempo: reps go faster or slower; rests, holds and speech keep their seconds -----------------

/**
 * Between the session's own time and time as it passes. `pace` is 1 for the tempo as written, 1.2
 * for a fifth faster; it holds for the sets that have reps, or `everywhere` (for a recording).
 */
class Pace {
  constructor(session, pace, everywhere) {
    this.pace = pace;
    this.stretches = [];
    let passed = 0;
    let at = 0;
    const spans = everywhere ? [{ at: 0, end: session.duration, reps: 1 }] : session.sets;
    for (const span of spans.filter((one) => one.reps && pace !== 1)) {
      this.stretches.push({ at, passed, rate: 1 });
      passed += span.at - at;
      this.stretches.push({ at: span.at, passed, rate: pace });
      passed += (span.end - span.at) / pace;
      at = span.end;
    }
    this.stretches.push({ at, passed, rate: 1 });
  }

  /** How much time has passed at a moment of the session. */
  passed(at) {
    const one = this.stretches[Math.max(0, lastBegun(this.stretches, at))];
    return one.passed + (at - one.at) / one.rate;
  }

  /** Which moment of the session it is when so much time has passed. */
  at(passed) {
    const rows = this.stretches;
    let index = rows.length - 1;
    while (index > 0 && rows[index].passed > passed) index -= 1;
    return rows[index].at + (passed - rows[index].passed) * rows[index].rate;
  }

  /** How fast the session's time goes at a moment. */
  rate(at) {
    return this.stretches[Math.max(0, lastBegun(this.stretches, at))].rate;
  }
}
