"use strict";

const NEWS = 3000; // ms between two looks at a game that waits for somebody else
const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("tictactoe");
const state = { game: null, id: 0, lists: { open: [], mine: [], you: {} }, history: { games: [], page: 1, pages: 1 }, scores: [], isBusy: false };
let timer = 0;

// What a visitor can make sense of; the owner finds the rest in the log.
function wordsOf(problem) {
  const text = String((problem && problem.message) || problem);
  if (/failed to fetch|networkerror|load failed|cannot be reached/i.test(text)) return "The site cannot be reached just now. Try again in a moment.";
  if (/rate limit exceeded/i.test(text)) return "That was a lot at once. Wait a minute, then try again.";
  if (/timed out|memory limit|busy/i.test(text)) return "The site took too long to answer. Try again in a moment.";
  if (/\.lua:\d+: .*(attempt to|bad argument|expected)|^goop\.|not authorized|no such|function not found/.test(text)) return "Something went wrong on this site. Its owner finds the reason in the log.";
  return text.replace(/^\S+\.lua:\d+: /, "");
}

// A call: refusals come as {error}, failures as a rejection; here both are errors.
async function ask(action, params) {
  const answer = await api(action, params);
  if (answer && answer.error) throw new Error(answer.error);
  return answer;
}

function tell(problem) {
  at("problem").textContent = problem ? wordsOf(problem) : "";
  at("problem").hidden = !problem;
}

// Everything that people wrote becomes text nodes only.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { key, label, ...rest } = properties;
  Object.assign(element, rest);
  if (key) element.dataset.key = key;
  if (label) element.setAttribute("aria-label", label);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function button(key, text, label, onclick, className = "quiet small") {
  return make("button", { type: "button", key, label, className, onclick }, text);
}

const nameOf = (game, mark) => (mark === "X" ? game.x_name : game.o_name) || "…";
const otherMark = (mark) => (mark === "X" ? "O" : "X");

// The game on the table

function statusOf(game) {
  if (!game) return "Begin a game, or join one";
  if (game.state === "waiting") return game.you ? "Waiting for somebody to join" : "This game waits for you";
  if (game.state === "drawn") return "A draw";
  if (game.state === "playing") return game.my_turn ? "It is your turn" : `It is ${nameOf(game, game.turn)}’s turn`;
  const resigned = game.resigned ? `${game.you === otherMark(game.winner) ? "You" : nameOf(game, otherMark(game.winner))} resigned. ` : "";
  return resigned + (game.you === game.winner ? "You win!" : `${nameOf(game, game.winner)} wins`);
}

function cellOf(game, place) {
  const mark = game && game.board[place] !== "." ? game.board[place] : "";
  const row = Math.floor(place / 3) + 1;
  const isOnLine = Boolean(game) && game.line.includes(place + 1);
  return make("button", {
    type: "button", key: `cell-${place + 1}`, textContent: mark, className: `cell ${mark}${isOnLine ? " line" : ""}`,
    label: `Row ${row}, column ${(place % 3) + 1}: ${mark || "free"}${isOnLine ? ", on the winning line" : ""}`,
    disabled: !game || !game.my_turn || mark !== "" || state.isBusy, onclick: () => play("move", { id: game._id, cell: place + 1 }),
  });
}

function actionsOf(game) {
  if (!game) return [];
  const { _id: id } = game;
  if (game.can_join) return [button("join", "Join this game", "", () => play("join", { id }), "")];
  if (game.you && game.state === "waiting") return [button("cancel", "Cancel the game", "", cancel, "quiet")];
  if (game.you && game.state === "playing") return [button("resign", "Resign", "", () => play("resign", { id }), "quiet")];
  if (game.you && game.versus === "computer") {
    return [button("again", "Play again", "", () => begin({ versus: "computer", mark: otherMark(game.you) }), "")];
  }
  return [];
}

function drawGame() {
  const game = state.game;
  const side = (mark) => make("span", {}, make("span", { className: mark }, mark), ` ${nameOf(game, mark)}${game.you === mark ? " (you)" : ""}`);
  at("players").replaceChildren(...(game ? [side("X"), "  ·  ", side("O")] : []));
  if (at("status").textContent !== statusOf(game)) at("status").textContent = statusOf(game);
  at("board").replaceChildren(...Array.from({ length: 9 }, (_, place) => cellOf(game, place)));
  at("game-actions").replaceChildren(...actionsOf(game));
}

// What is around it

function momentOf(text) {
  return text ? new Date(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }) : "";
}

function entryOf(game, small, label) {
  const entry = make(
    "li", {}, make("span", { className: "what" }, `${nameOf(game, "X")} – ${nameOf(game, "O")}`, make("small", {}, small)),
    button(`show-${game._id}`, label, `${label}: ${nameOf(game, "X")} against ${nameOf(game, "O")}`, () => { location.hash = `game-${game._id}`; }),
  );
  if (game._id === state.id) entry.setAttribute("aria-current", "true");
  return entry;
}

function openEntry(game) {
  const who = game.x_name || game.o_name;
  return make(
    "li", {}, make("span", { className: "what" }, who, make("small", {}, `You would play ${game.x_name ? "O" : "X, and begin"}`)),
    button(`join-${game._id}`, "Join", `Join ${who}`, () => play("join", { id: game._id }), "small"),
  );
}

function resultOf(game) {
  const how = game.state === "drawn" ? "Draw" : `${nameOf(game, game.winner)} won${game.resigned ? " by resignation" : ""}`;
  return [how, momentOf(game.finished_at)].filter(Boolean).join(" · ");
}

function scoreTable(scores) {
  if (!scores.length) return make("p", { className: "nothing" }, "No game is finished yet.");
  const head = make("tr", {}, ...["Player", "Won", "Drawn", "Lost", "Games"].map((text) => make("th", { scope: "col" }, text)));
  const rows = scores.map((one) => make(
    "tr", { className: one.you ? "you" : "" },
    ...[one.name + (one.you ? " (you)" : ""), one.won, one.drawn, one.lost, one.games].map((value) => make("td", {}, String(value))),
  ));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

function drawLists() {
  const { open, mine, you } = state.lists;
  const { games, page, pages } = state.history;
  at("hello").textContent = you.name ? `You are ${you.name}` : "";
  at("mine-section").hidden = mine.length === 0;
  at("mine").replaceChildren(...mine.map((game) => entryOf(game, statusOf(game), "Show")));
  at("open").replaceChildren(...open.map(openEntry));
  at("no-open").hidden = open.length > 0;
  at("scores").replaceChildren(scoreTable(state.scores));
  at("history").replaceChildren(...games.map((game) => entryOf(game, resultOf(game), "Look")));
  at("no-history").hidden = games.length > 0;
  at("pages").hidden = pages < 2;
  const newer = button("newer", "Newer", "Newer games", () => turn(page - 1));
  const older = button("older", "Older", "Older games", () => turn(page + 1));
  newer.disabled = page <= 1;
  older.disabled = page >= pages;
  at("pages").replaceChildren(newer, make("span", {}, `Page ${page} of ${pages}`), older);
}

function draw() {
  const focused = document.activeElement && document.activeElement.dataset.key;
  drawGame();
  drawLists();
  if (focused) (document.querySelector(`[data-key="${focused}"]:enabled`) || at("board")).focus(); // what is gone leaves the keyboard to the board
}

// Calls

async function load() {
  const named = location.hash.match(/^#game-(\d+)$/);
  [state.lists, state.history, { scores: state.scores }] = await Promise.all([ask("list"), ask("history", { page: state.history.page }), ask("scores")]);
  const underWay = state.lists.mine.find((game) => game.state === "playing") || state.lists.mine[0];
  state.id = named ? Number(named[1]) : state.id || (underWay ? underWay._id : 0);
  state.game = state.id ? (await ask("get", { id: state.id })).game : null;
}

async function refresh() {
  clearTimeout(timer);
  let refused = null;
  try {
    await load();
  } catch (problem) {
    refused = problem;
    if (problem.message === "game not found") Object.assign(state, { game: null, id: 0 });
  }
  draw();
  if (refused && !state.lists.you.name) at("status").textContent = "The games cannot be shown";
  tell(refused);
  wait();
}

// Only a game that waits for somebody else, in a page that is looked at, asks for news.
function wait() {
  clearTimeout(timer);
  const game = state.game;
  const waits = game && (game.state === "waiting" || (game.state === "playing" && !game.my_turn));
  if (waits && !document.hidden) timer = setTimeout(look, NEWS);
}

async function look() {
  const id = state.id;
  try {
    const { game } = await ask("get", { id });
    if (id !== state.id) return;
    const isOver = game.state !== state.game.state;
    state.game = game;
    if (isOver) await refresh();
    else draw();
  } catch (problem) {
    tell(problem);
  }
  wait();
}

async function play(action, params) {
  if (state.isBusy) return;
  state.isBusy = true;
  let refused = null;
  try {
    const { game } = await ask(action, params);
    state.id = game._id;
    history.replaceState(null, "", `#game-${game._id}`);
  } catch (problem) {
    refused = problem;
  }
  state.isBusy = false;
  await refresh();
  if (refused) tell(refused);
}

const begin = (params) => play("new", params);

async function cancel() {
  let refused = null;
  try {
    await ask("cancel", { id: state.id });
    state.id = 0;
    history.replaceState(null, "", location.pathname + location.search);
  } catch (problem) {
    refused = problem;
  }
  await refresh();
  if (refused) tell(refused);
}

function turn(page) {
  state.history.page = page;
  refresh();
}

at("new").onsubmit = (event) => {
  event.preventDefault();
  begin({ versus: event.submitter ? event.submitter.value : "computer", mark: new FormData(at("new")).get("mark") });
};
window.addEventListener("hashchange", refresh);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

if (api) refresh();
else {
  draw();
  at("status").textContent = "No game";
  tell(new Error("This page works inside Goop2: open the site there."));
}
