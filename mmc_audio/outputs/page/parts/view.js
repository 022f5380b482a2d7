// ---- the page: what is seen of the scene, and what is touched ---------------------------------------

const RING = 2 * Math.PI * 52; // the length of the ring in page.html
const STEADY = window.matchMedia("(prefers-reduced-motion: reduce)");

const byId = (id) => document.getElementById(id);

function put(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/** As large as the style has it, or as there is room for the word in one line. */
function fit(element) {
  element.style.fontSize = "";
  const share = element.clientWidth / element.scrollWidth;
  if (share >= 1) return;
  const size = parseFloat(getComputedStyle(element).fontSize);
  element.style.fontSize = `${Math.floor(size * share)}px`;
}

function show(player) {
  const seen = scene(player);
  const card = byId("card");
  if (card.dataset.style !== seen.style) card.dataset.style = seen.style;
  if (byId("word").textContent !== seen.word) {
    put("word", seen.word);
    fit(byId("word"));
  }
  put("number", seen.number);
  put("unit", seen.number ? seen.unit || "" : "");
  put("exercise", seen.exercise);
  put("which", seen.which);
  put("place", seen.place);
  put("said", seen.said ? `\u201c${seen.said}\u201d` : "");
  put("coming", seen.next);
  put("left", clock(player.left));
  const left = STEADY.matches ? up(seen.left) * 1000 : seen.left;
  const share = Math.max(0, Math.min(1, left / seen.whole));
  byId("run").style.strokeDashoffset = String(RING * (1 - share));
  showButtons(player);
  showStrip(player);
}

function showButtons(player) {
  const words = { start: player.at ? "Go on" : "Start", paused: "Go on", finished: "Once more" };
  const toggle = byId("toggle");
  put("toggle-word", words[player.mode] || "Pause");
  toggle.dataset.playing = String(player.sounding);
  const now = moment(player.session, player.at);
  const gap = player.mode !== "finished" && gapAt(player.session, player.at);
  dim("longer", !gap);
  dim("shorter", !gap || player.at >= gap.goal);
  dim("done", !now.set);
  byId("done").dataset.wanted = String(Boolean(now.set && now.set.amrap));
  for (const where of ["next", "previous", "repeat"]) dim(where, !LEADS[where](player.session, player.at));
}

/** Dim, and yet in reach of the keyboard: pressed, it says why it does nothing. */
function dim(id, off) {
  const button = byId(id);
  if (button.getAttribute("aria-disabled") !== String(off)) {
    button.setAttribute("aria-disabled", String(off));
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** A block for each set, as wide as it lasts, in a strip 1000 wide. */
function drawStrip(session) {
  const strip = byId("blocks");
  for (const set of session.sets) {
    const block = document.createElementNS(SVG, "rect");
    const wide = ((set.end - set.at) / session.duration) * 1000;
    block.setAttribute("x", String((set.at / session.duration) * 1000));
    block.setAttribute("width", String(Math.max(3, wide)));
    block.setAttribute("y", "8");
    block.setAttribute("height", "24");
    block.setAttribute("rx", "3");
    block.dataset.odd = String(set.exercise % 2);
    strip.append(block);
  }
  const slider = byId("jump");
  slider.max = String(Math.round(session.duration / 1000));
}

function showStrip(player) {
  const { planned } = player;
  const at = plannedAt(player.session, player.at);
  byId("here").setAttribute("x", String((at / planned.duration) * 1000 - 2));
  const blocks = byId("blocks").children;
  planned.sets.forEach((set, index) => {
    const state = at >= set.end ? "done" : at >= set.at ? "now" : "ahead";
    if (blocks[index].dataset.state !== state) blocks[index].dataset.state = state;
  });
  const slider = byId("jump");
  if (slider.dataset.held) return;
  slider.value = String(Math.round(at / 1000));
  const text = placeInWords(planned, at);
  if (slider.getAttribute("aria-valuetext") !== text) slider.setAttribute("aria-valuetext", text);
}

function placeInWords(session, at) {
  const set = session.sets.find((one) => at < one.end);
  if (!set) return "The end";
  const exercise = session.exercises.find((one) => one.number === set.exercise);
  return `${exercise.name}, set ${whichSet(set)}`;
}

/**
 * The strip: a tap leads to the set there, the arrow keys from set to set. Where a finger is tells
 * the page itself: a browser's own slider leaves room for its thumb at both ends, and some jump to
 * no place that is tapped.
 */
function watchStrip(player) {
  const slider = byId("jump");
  let pointed = false;
  const jumpTo = (at) => {
    delete slider.dataset.held;
    player.asPlanned(player.at);
    player.jumpTo(at);
  };
  slider.addEventListener("pointerdown", () => { pointed = true; });
  slider.addEventListener("click", (event) => {
    if (!pointed) return;
    pointed = false;
    const { left, width } = slider.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - left) / width));
    jumpTo(share * player.planned.duration);
  });
  slider.addEventListener("pointercancel", () => { pointed = false; });
  slider.addEventListener("keydown", (event) => {
    const ways = { ArrowRight: "next", ArrowUp: "next", ArrowLeft: "previous", ArrowDown: "previous" };
    if (!ways[event.key]) return;
    event.preventDefault();
    player.jump(ways[event.key]);
  });
  slider.addEventListener("input", () => {
    slider.dataset.held = "true";
    const text = placeInWords(player.planned, slider.value * 1000);
    slider.setAttribute("aria-valuetext", text);
    toast(text);
  });
  slider.addEventListener("change", () => {
    if (!pointed) jumpTo(slider.value * 1000);
  });
}

let fading = 0;

/** An answer to a button, for the eye; `announce` tells it to a screen reader. */
function toast(text) {
  const note = byId("toast");
  note.textContent = text;
  note.dataset.shown = "true";
  clearTimeout(fading);
  fading = setTimeout(() => { note.dataset.shown = "false"; }, 2500);
}

function announce(text) {
  put("live", text);
}

/** A new set or rest is announced once; phases are not: the voice tells them. */
function announcer(player) {
  let told = "";
  return () => {
    const { set, rest } = moment(player.session, player.at);
    const place = player.mode === "finished" ? "done" : set ? `set ${set.at}` : rest ? `rest ${rest.at}` : "";
    if (place === told || !(player.sounding || player.mode === "finished")) return;
    told = place;
    const seen = scene(player);
    if (place === "done") announce("Done. That was the whole session.");
    else if (set) announce(`${seen.exercise}. ${seen.place}, ${workOf(set)}`);
    else if (rest) announce(`Rest ${secondsOf(rest.end - rest.at)}. ${seen.next}`);
  };
}
