"use strict";

const NEWS = 3000; // ms between two looks at the room that is shown
const NEWS_BESIDE_MESSAGES = 15000; // where messages come by themselves
const ROOMS_EVERY = 5; // the list of rooms is read with every fifth look
const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("clubhouse");
const state = { rooms: [], you: {}, id: 0, members: [], messages: [], looks: 0, hasLiveNews: false, refused: null };
const outbox = []; // what is on its way, oldest first
let isSending = false;
let looking = Promise.resolve();
let nextLook = null;
let timer = 0;
let newsTimer = 0;

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

// The same words again are no news for a screen reader.
function tell(id, problem) {
  const words = problem ? wordsOf(problem) : "";
  if (at(id).textContent !== words) at(id).textContent = words;
  at(id).hidden = !problem;
}

// Everything that people wrote becomes text nodes only.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { key, ...rest } = properties;
  Object.assign(element, rest);
  if (key) element.dataset.key = key;
  element.append(...children.filter((child) => child !== null));
  return element;
}

const current = () => state.rooms.find((room) => room._id === state.id);
const people = (count) => (count === 1 ? "1 person" : `${count} people`);

// Drawing

function whoIsIn(room) {
  if (room.joined) return room.people === 1 ? "only you" : `${people(room.people)}, you too`;
  return people(room.people);
}

function linkOf(room) {
  const link = make("a", { href: `#room-${room._id}`, key: `room-${room._id}` }, room.name, make("small", {}, whoIsIn(room)));
  if (room._id === state.id) link.setAttribute("aria-current", "true");
  return make("li", {}, link);
}

function dayOf(timestamp) {
  return new Date(timestamp).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

function messageOf(message) {
  const time = new Date(message.timestamp).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return make(
    "div", { className: message.mine ? "message mine" : "message", key: `message-${message.id}` },
    make("div", { className: "from" }, make("b", {}, message.mine ? "You" : message.from_name), make("span", {}, time)),
    make("p", {}, message.text),
  );
}

// Messages are added one by one, so that a screen reader reads the new ones only.
function drawMessages(isOtherRoom) {
  const log = at("log");
  const wasAtEnd = isOtherRoom || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const kept = new Set(state.messages.map((message) => `message-${message.id}`));
  if (isOtherRoom) log.replaceChildren();
  for (const shown of [...log.children]) if (shown.dataset.key && !kept.has(shown.dataset.key)) shown.remove();
  const shown = new Set([...log.children].map((child) => child.dataset.key));
  let day = log.dataset.day && !isOtherRoom ? log.dataset.day : "";
  for (const message of state.messages) {
    if (shown.has(`message-${message.id}`)) continue;
    if (dayOf(message.timestamp) !== day) {
      day = dayOf(message.timestamp);
      log.append(make("div", { className: "day" }, day));
    }
    log.append(messageOf(message));
  }
  log.dataset.day = day;
  if (!state.messages.length && !log.children.length) log.append(make("div", { className: "day", key: "none" }, "Nobody has said anything yet."));
  if (wasAtEnd) log.scrollTop = log.scrollHeight;
}

function actionButton(key, label, className, onclick) {
  return make("button", { type: "button", key, className, onclick }, label);
}

function drawRoom(isOtherRoom) {
  const room = current();
  at("room").hidden = !room;
  at("nothing").hidden = Boolean(room);
  at("nothing").textContent = state.rooms.length ? "Choose a room." : "";
  if (!room) return;
  at("name").textContent = room.name;
  at("description").textContent = room.description;
  at("people-box").hidden = !room.joined;
  at("people-count").textContent = people(state.members.length);
  at("people").replaceChildren(...state.members.map((one) => make("li", {}, one.name + (one.you ? " (you)" : one.role === "owner" ? " (owner)" : ""))));
  at("actions").replaceChildren(
    ...(room.joined && state.you.role !== "owner" ? [actionButton("leave", "Leave", "quiet", () => change("leave"))] : []),
    ...(room.can_close && state.you.is_member ? [actionButton("close", "Close the room", "quiet danger", closeRoom)] : []),
  );
  at("send").hidden = !room.joined;
  at("log").hidden = !room.joined;
  at("door").hidden = room.joined;
  at("door-text").textContent = state.you.is_member
    ? `${people(room.people)} in here, opened by ${room.created_by_name}.`
    : "Rooms are for members of this site. Ask its owner to add you.";
  at("join").hidden = !state.you.is_member;
  if (room.joined) drawMessages(isOtherRoom);
}

function drawRooms() {
  at("rooms").replaceChildren(...state.rooms.map(linkOf));
  at("no-rooms").hidden = state.rooms.length > 0;
  at("no-rooms").textContent = state.you.can_create ? "No room is open. Open the first!" : "No room is open.";
  at("new").hidden = !state.you.can_create;
  at("you").textContent = state.you.name ? `You are ${state.you.name}${state.you.role ? `, ${state.you.role}` : ", a visitor"}` : "";
}

function draw(isOtherRoom) {
  const focused = document.activeElement && document.activeElement.dataset.key;
  drawRooms();
  drawRoom(isOtherRoom);
  const again = focused && document.querySelector(`[data-key="${focused}"]`);
  if (again && again !== document.activeElement) again.focus();
}

// Calls

async function loadRooms() {
  const answer = await ask("list");
  state.rooms = answer.rooms;
  state.you = answer.you;
  const named = location.hash.match(/^#room-(\d+)$/);
  const wanted = named ? Number(named[1]) : state.id;
  const first = state.rooms.find((room) => room.joined) || state.rooms[0];
  const found = state.rooms.find((room) => room._id === wanted) || first;
  state.id = found ? found._id : 0;
}

async function loadMessages() {
  const room = current();
  if (!room || !room.joined) {
    Object.assign(state, { members: [], messages: [] });
    return;
  }
  const answer = await ask("state", { id: room._id });
  Object.assign(room, answer.room);
  Object.assign(state, { members: answer.members, messages: answer.messages });
}

// One look after the other: an answer that was overtaken would take back what a later one has shown.
function inTurn(read) {
  looking = looking.then(read);
  return looking;
}

// Everything anew; who asks while such a look waits for its turn shares it.
function refresh() {
  nextLook = nextLook || inTurn(() => {
    nextLook = null;
    return readAll();
  });
  return nextLook;
}

async function readAll() {
  clearTimeout(timer);
  let problem = null;
  const before = state.id;
  const wasJoined = current() && current().joined;
  try {
    await loadRooms();
    await loadMessages();
  } catch (caught) {
    problem = caught;
  }
  draw(before !== state.id || !wasJoined);
  if (problem && !state.rooms.length) at("no-rooms").textContent = "The rooms cannot be shown.";
  tell("problem", problem || state.refused);
  wait();
}

// A page that nobody looks at asks for nothing.
function wait() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, state.hasLiveNews ? NEWS_BESIDE_MESSAGES : NEWS);
}

function look() {
  state.looks += 1;
  return state.looks % ROOMS_EVERY === 0 || !current() || !current().joined ? refresh() : inTurn(readMessages);
}

async function readMessages() {
  try {
    await loadMessages();
    draw(false);
    tell("problem", state.refused);
    wait();
  } catch {
    await readAll(); // the room may be gone: the list says so
  }
}

// A refusal stays to be read until the visitor does something else; news of other people do not wipe it.
async function change(action, params = {}) {
  state.refused = null;
  try {
    await ask(action, { id: state.id, ...params });
  } catch (problem) {
    state.refused = problem;
  }
  const isDone = !state.refused;
  await refresh();
  return isDone;
}

// Dialogs

function dialog({ title, text = "", ok, danger = false, done }) {
  at("dialog-form").reset();
  at("dialog-title").textContent = title;
  at("dialog-text").textContent = text;
  at("dialog-text").hidden = !text;
  at("fields").hidden = danger;
  for (const field of at("fields").querySelectorAll("input")) field.disabled = danger;
  at("dialog-ok").textContent = ok;
  at("dialog-ok").className = danger ? "danger" : "";
  tell("dialog-problem", null);
  at("dialog-form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      await done(new FormData(at("dialog-form")));
      at("dialog").close();
      await refresh();
    } catch (problem) {
      tell("dialog-problem", problem);
    }
  };
  at("dialog").showModal();
}

function closeRoom() {
  const room = current();
  dialog({ title: `Close “${room.name}”?`, text: "Everything that was said in it is deleted.", ok: "Close the room", danger: true, done: () => ask("close", { id: room._id }) });
}

at("new").onclick = () => dialog({
  title: "New room", ok: "Open it",
  done: async (form) => {
    const params = { name: form.get("name"), description: form.get("description"), max_members: Number(form.get("max_members")) };
    const { id } = await ask("create", params);
    location.hash = `room-${id}`;
  },
});

at("join").onclick = async () => {
  if (await change("join")) at("text").focus();
};

at("dialog-cancel").onclick = () => at("dialog").close();

// The field is free at once, for the next message; what is refused comes back to it.
async function sendAll() {
  if (isSending) return;
  isSending = true;
  while (outbox.length && (await change("send", outbox[0]))) outbox.shift();
  isSending = false;
  const refused = outbox.splice(0).map(({ text }) => text);
  if (refused.length) at("text").value = [...refused, at("text").value].filter(Boolean).join("\n");
}

at("send").onsubmit = (event) => {
  event.preventDefault();
  const text = at("text").value;
  if (!text.trim()) return;
  at("text").value = "";
  outbox.push({ id: state.id, text });
  sendAll();
};

at("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at("send").requestSubmit();
  }
};

// Rooms tell their members what happens; several pieces of news at once are one look.
function onNews(_from, _topic, _payload, ack) {
  ack();
  state.hasLiveNews = true;
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => { if (!document.hidden && !at("dialog").open) refresh(); }, 30);
}

if (api && Goop.mq) Goop.mq.subscribe("chat.room:*", onNews);
window.addEventListener("hashchange", () => { state.refused = null; refresh(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && !at("dialog").open) refresh(); });

if (api) refresh();
else {
  at("no-rooms").hidden = true;
  tell("problem", new Error("This page works inside Goop2: open the site there."));
}
