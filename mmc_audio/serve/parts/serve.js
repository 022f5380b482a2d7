"use strict";
// Asks what there is to see and shows it. Whatever the program says becomes text, never markup.

const EVERY_MS = 300;
const part = (id) => document.getElementById(id);

let saves = 0;
let pages = 0;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function excerpt(lines) {
  const pre = element("pre");
  const wide = String(lines[lines.length - 1].number).length;
  for (const line of lines) {
    pre.append(element("span", "number", `${String(line.number).padStart(wide)} | `), line.before);
    if (line.marked) pre.append(element("mark", "", line.marked));
    pre.append(line.after, "\n");
  }
  return pre;
}

function shown(finding) {
  const item = element("li", finding.severity);
  const words = element("p");
  const where = finding.line ? `line ${finding.line}: ` : "";
  words.append(element("strong", "", where + finding.severity), finding.text);
  item.append(words);
  if (finding.lines.length) item.append(excerpt(finding.lines));
  return item;
}

function show(state) {
  const failed = state.findings.some((finding) => finding.severity === "error");
  document.title = `${failed ? "✗ " : ""}${state.name} – mmc serve`;
  part("name").textContent = state.name;
  part("verdict").textContent = state.verdict;
  part("verdict").className = failed ? "error" : "";
  part("stale").hidden = !(failed && state.pages);
  part("findings").replaceChildren(...state.findings.map(shown));
  if (state.pages !== pages) part("session").contentWindow.location.replace("/session");
  [saves, pages] = [state.saves, state.pages];
  document.documentElement.dataset.saves = saves;
}

async function look() {
  try {
    const state = await (await fetch("/state")).json();
    if (state.saves !== saves || state.pages !== pages) show(state);
    if (part("verdict").textContent !== state.verdict && state.saves) show(state);
  } catch {
    part("verdict").textContent = "mmc serve has ended; this is what it showed last.";
    part("verdict").className = "error";
  }
  setTimeout(look, EVERY_MS);
}

look();
