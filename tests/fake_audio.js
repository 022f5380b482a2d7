// An AudioContext that makes no sound: its clock is the page's own, which a test moves by hand, and
// it writes down what begins when. Decoding is left to the browser's own OfflineAudioContext.
(() => {
  const started = [];
  const handlers = {};
  const locks = [];

  class Param {
    constructor() { this.value = 1; }
    setValueAtTime() { return this; }
    linearRampToValueAtTime() { return this; }
    exponentialRampToValueAtTime() { return this; }
    setValueCurveAtTime() { return this; }
  }

  class Node {
    constructor(context) { Object.assign(this, { context, gain: new Param(), pan: new Param() }); }
    connect(other) { return other; }
  }

  class Source extends Node {
    constructor(context) { super(context); this.frequency = new Param(); this.stopped = Infinity; }
    setPeriodicWave() {}
    start(when, offset = 0, lasts = this.buffer ? this.buffer.duration : 60) {
      Object.assign(this, { when, offset, lasts, given: this.context.currentTime });
      started.push(this);
    }
    stop(when = 0) { this.stopped = Math.max(when, this.context.currentTime); }
  }

  window.AudioContext = class extends EventTarget {
    constructor() {
      super();
      Object.assign(this, { born: performance.now(), state: "running", destination: new Node(this) });
      Object.assign(this, { baseLatency: 0, outputLatency: window.latency || 0 });
    }
    get currentTime() { return (performance.now() - this.born) / 1000; }
    resume() { this.state = "running"; return Promise.resolve(); }
    interrupt() { this.state = "suspended"; this.dispatchEvent(new Event("statechange")); }
    createGain() { return new Node(this); }
    createWaveShaper() { return new Node(this); }
    createStereoPanner() { return new Node(this); }
    createBufferSource() { return new Source(this); }
    createOscillator() { return new Source(this); }
    createPeriodicWave() { return {}; }
  };

  navigator.mediaSession.setActionHandler = (name, act) => { handlers[name] = act; };
  Object.defineProperty(Navigator.prototype, "wakeLock", {
    configurable: true,
    get: () => ({
      request: async (kind) => {
        const lock = { kind, released: false, release: async () => { lock.released = true; } };
        locks.push(lock);
        return lock;
      },
    }),
  });
  HTMLMediaElement.prototype.play = function play() {
    this.fakePaused = false;
    return Promise.resolve();
  };

  const nameOf = (source, bank) => {
    for (const [name, buffer] of bank.clicks) if (buffer === source.buffer) return name;
    if (source.buffer !== bank.voice) return source.buffer ? "noise" : "tone";
    const first = Math.round(source.offset * 48000) - bank.offset;
    return `"${bank.session.phrases.find((one) => one.first === first).text}"`;
  };

  // [ms since the context was made, what], of all that was or will be heard at all.
  window.heard = (bank) => started
    .filter((one) => one.stopped > one.when)
    .map((one) => [Math.round(one.when * 1000), nameOf(one, bank)])
    .sort((a, b) => a[0] - b[0]);
  window.sounding = () => {
    const now = started.length ? started[0].context.currentTime : 0;
    return started.filter((one) => one.when <= now && now < one.stopped
      && now < one.when + one.lasts).length;
  };
  Object.assign(window, { started, handlers, locks });
})();
