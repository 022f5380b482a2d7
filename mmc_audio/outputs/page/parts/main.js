// ---- the beginning ------------------------------------------------------------------------------------

const DEFAULTS = { voice: 100, clicks: 100, tempo: 100 };
const RANGES = { voice: [0, 150], clicks: [0, 150], tempo: [80, 120] };
const SAVE_MS = 1000;

/** Settings as they were kept, as far as they are any. */
function settingsOf(kept, session, file) {
  const settings = { ...DEFAULTS, talk: session.talk, source: file ? "file" : "live" };
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = (kept.settings || {})[name];
    if (Number.isFinite(value)) settings[name] = Math.max(least, Math.min(most, value));
  }
  const { talk, source } = kept.settings || {};
  if (TALKS.includes(talk)) settings.talk = talk;
  if (file && (source === "file" || source === "live")) settings.source = source;
  return settings;
}

function watchButtons(player) {
  byId("toggle").addEventListener("click", () => player.toggle());
  for (const where of ["next", "previous", "repeat", "done"]) {
    byId(where).addEventListener("click", () => player.jump(where));
  }
  byId("longer").addEventListener("click", () => player.longer());
  byId("shorter").addEventListener("click", () => player.shorter());
  byId("print").addEventListener("click", () => window.print());
}

const KEYS = {
  n: (player) => player.jump("next"),
  p: (player) => player.jump("previous"),
  r: (player) => player.jump("repeat"),
  e: (player) => player.jump("done"),
  "+": (player) => player.longer(),
  "-": (player) => player.shorter(),
};

/** The keys of mmc play. Space is left to whatever has the focus and knows it. */
function watchKeys(player) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const onControl = event.target.closest("button, summary, input");
    if (event.key === " " && !onControl) {
      event.preventDefault();
      player.toggle();
    } else if (KEYS[event.key]) {
      KEYS[event.key](player);
    }
  });
}

function watchSettings(player, changed) {
  for (const name of ["voice", "clicks", "tempo"]) {
    const slider = byId(name);
    const tell = () => {
      put(`${name}-value`, `${slider.value} %`);
      slider.setAttribute("aria-valuetext", `${slider.value} percent`);
    };
    slider.value = String(player.settings[name]);
    tell();
    slider.addEventListener("input", () => {
      tell();
      player.change({ [name]: Number(slider.value) });
      changed();
    });
  }
  for (const name of ["talk", "source"]) {
    for (const choice of document.querySelectorAll(`input[name="${name}"]`)) {
      choice.checked = choice.value === player.settings[name];
      choice.addEventListener("change", () => {
        player.change({ [name]: choice.value });
        fitSettings(player);
        changed();
      });
    }
  }
  fitSettings(player);
}

/** In a recording voice and clicks are one sound, and its words are those it was made with. */
function fitSettings(player) {
  byId("source").hidden = !player.recorded;
  byId("clicks-row").hidden = player.fromFile;
  byId("talk").hidden = player.fromFile;
  put("voice-name", player.fromFile ? "Volume" : "Voice");
}

/** Begins again where the last visit ended. */
function restore(player, kept) {
  const at = Number(kept.at);
  if (Number.isFinite(at) && at > 0 && at < player.planned.duration) player.at = at;
}

function watchSound(player, quiet) {
  const interrupted = () => {
    const { context } = player.live;
    if (context && context.state !== "running" && player.sounding && !player.fromFile) player.pause();
  };
  document.addEventListener("visibilitychange", () => {
    if (player.sounding) player.live.pump();
  });
  if (player.recorded) {
    player.recorded.failed = () => {
      player.pause();
      player.noted("This browser can not play the recording: choose Live");
    };
    player.recorded.audio.addEventListener("pause", () => {
      const { audio } = player.recorded; // it may go on by now: a jump stops it for a moment
      if (player.sounding && player.fromFile && audio.paused && !audio.ended) player.pause();
    });
  }
  let opened = null;
  return () => {
    if (player.live.context && player.live.context !== opened) {
      opened = player.live.context;
      opened.addEventListener("statechange", interrupted);
    }
    const wanted = player.sounding && !player.fromFile;
    if (wanted === !quiet.paused) return;
    if (wanted) playQuietly(quiet);
    else quiet.pause();
  };
}

async function main() {
  const facts = JSON.parse(byId("facts").textContent);
  const session = sessionOf(facts);
  const bank = new Bank(session, facts);
  const audio = byId("recording");
  const memory = new Memory(session.id);
  const kept = memory.read();
  const settings = settingsOf(kept, session, audio);
  const live = new Live(bank, settings);
  const recorded = audio && new Recorded(audio, live);
  const player = new Player(session, live, recorded, settings);
  if (recorded) recorded.set(settings);
  restore(player, kept);

  put("title", session.title);
  drawStrip(session);
  const voice = await bank.load();

  const save = () => {
    const at = player.mode === "finished" ? 0 : Math.round(plannedAt(player.session, player.at));
    memory.write({ at, settings: player.settings });
  };
  const screen = new Screen(() => player.noted("The screen may turn off: this browser does not let the page keep it on"));
  const quiet = quietSound();
  const keepSound = watchSound(player, quiet);
  const announceChanges = announcer(player);
  player.noted = (note) => {
    toast(note);
    announce(note);
  };
  window.addEventListener("resize", () => fit(byId("word")));
  watchButtons(player);
  watchKeys(player);
  watchStrip(player);
  watchSettings(player, save);
  watchMediaKeys(player);
  save();
  byId("limits").append(...limits({ voice, memory: memory.works, file: audio }).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));

  const look = () => {
    player.step();
    show(player);
    keepSound();
    announceChanges();
    screen.keep(player.sounding);
  };
  const frame = () => {
    look();
    requestAnimationFrame(frame);
  };
  setInterval(() => {
    look();
    save();
    tellMediaSession(player);
  }, SAVE_MS);
  window.addEventListener("pagehide", save);
  for (const event of ["click", "keydown", "change"]) document.addEventListener(event, look);
  byId("app").hidden = false;
  frame();
  document.documentElement.dataset.ready = "true";
  return { session, player, render: (wanted) => render(bank, wanted) };
}

/** For whoever wants to look inside: a promise of {session, player, render}. */
window.mmc = main();
