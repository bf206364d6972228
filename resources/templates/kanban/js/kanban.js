"use strict";

const COLORS = { slate: "Slate", blue: "Blue", amber: "Amber", green: "Green", rose: "Rose", violet: "Violet" };
const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("kanban");
let board = { columns: [], people: [], you: {} };
let dragged = null;

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

function show(problem) {
  at("problem").textContent = problem ? wordsOf(problem) : "";
  at("problem").hidden = !problem;
}

// Everything that visitors wrote becomes text nodes only.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { dataset, aria, ...rest } = properties;
  Object.assign(element, rest);
  Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(aria || {})) element.setAttribute(`aria-${name}`, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

// Drawing

function cardView(card, column) {
  const view = make("button", {
    type: "button", className: "card", draggable: Boolean(board.you.can_write), dataset: { focus: `card-${card._id}` },
    onclick: () => openCard(card, column),
    onkeydown: (event) => moveByKey(event, card, column),
    ondragstart: (event) => { dragged = card; event.dataTransfer.setData("text/plain", card.title); view.classList.add("dragged"); },
    ondragend: () => { dragged = null; view.classList.remove("dragged"); },
  }, make("strong", {}, card.title));
  if (card.note) view.append(make("span", { className: "note" }, card.note));
  if (card.assignee_name) view.append(make("span", { className: "who" }, `for ${card.assignee_name}`));
  return make("li", { dataset: { card: card._id } }, view);
}

function tool(key, sign, label, action, disabled = false) {
  return make("button", { type: "button", textContent: sign, title: label, disabled, onclick: action, aria: { label }, dataset: { focus: key } });
}

function columnTools(column) {
  if (!board.you.is_owner) return null;
  const { _id: id, name, position } = column;
  return make("div", { className: "tools" },
    tool(`left-${id}`, "←", `Move column left: ${name}`, () => change("move_column", { id, position: position - 1 }), position === 0),
    tool(`right-${id}`, "→", `Move column right: ${name}`, () => change("move_column", { id, position: position + 1 }), position === board.columns.length - 1),
    tool(`edit-${id}`, "✎", `Edit column: ${name}`, () => editColumn(column)),
    tool(`drop-${id}`, "✕", `Delete column: ${name}`, () => deleteColumn(column)));
}

function addForm(column) {
  if (!board.you.can_write) return null;
  const input = make("input", {
    name: "title", required: true, maxLength: 200, placeholder: "Add a card", autocomplete: "off",
    aria: { label: `New card in ${column.name}` }, dataset: { focus: `add-${column._id}` },
  });
  return make("form", {
    className: "add",
    onsubmit: (event) => { event.preventDefault(); change("add_card", { column_id: column._id, title: input.value }); },
  }, input, make("button", { className: "quiet", aria: { label: `Add to ${column.name}` } }, "+"));
}

function columnView(column) {
  const count = make("span", { className: "count" }, ` ${column.cards.length}`);
  const list = make("ol", { aria: { label: `Cards of ${column.name}` } }, ...column.cards.map((card) => cardView(card, column)));
  const view = make("section", {
    className: `column ${column.color in COLORS ? column.color : "slate"}`, aria: { label: column.name },
    ondragover: (event) => { if (dragged) { event.preventDefault(); view.classList.add("target"); } },
    ondragleave: (event) => { if (!view.contains(event.relatedTarget)) view.classList.remove("target"); },
    ondrop: (event) => { event.preventDefault(); view.classList.remove("target"); drop(event, column, list); },
  }, make("header", {}, make("h2", {}, column.name, count), columnTools(column)), list);
  if (column.cards.length === 0) view.append(make("div", { className: "empty" }, "No cards"));
  const form = addForm(column);
  if (form) view.append(form);
  return view;
}

// What had the keyboard is made anew. At an end one cannot move further: the way back has it then; what is gone leaves it to all.
function focusAgain(key) {
  const [kind, id] = key.split("-");
  const back = { left: "right", right: "left" }[kind];
  const usable = (name) => document.querySelector(`[data-focus="${name}"]:not(:disabled)`);
  (usable(key) || usable(`${back}-${id}`) || at("board")).focus();
}

function draw() {
  const focused = document.activeElement && document.activeElement.dataset.focus;
  const { scrollLeft } = at("board");
  document.title = board.title;
  at("title").textContent = board.title;
  at("subtitle").textContent = board.subtitle;
  at("board").replaceChildren(...board.columns.map(columnView));
  at("board").scrollLeft = scrollLeft;
  at("board").setAttribute("aria-busy", "false");
  at("nothing").textContent = board.you.is_owner ? "The board is empty: add the first column." : "The owner has not added a column yet.";
  at("nothing").hidden = board.columns.length > 0;
  at("hint").hidden = !board.you.can_write || board.columns.length === 0;
  at("settings").hidden = at("add-column").hidden = !board.you.is_owner;
  if (focused) focusAgain(focused);
}

async function refresh() {
  try {
    board = await ask("board");
    draw();
    show(null);
  } catch (problem) {
    at("nothing").textContent = "The board cannot be shown.";
    show(problem);
  }
}

async function change(action, params, told = "") {
  let refused = null;
  try {
    await ask(action, params);
    at("told").textContent = told;
  } catch (problem) {
    refused = problem;
  }
  await refresh();
  if (refused) show(refused);
}

// Moving cards: by mouse, and by Alt with an arrow key

function drop(event, column, list) {
  if (!dragged) return;
  const others = [...list.children].filter((item) => Number(item.dataset.card) !== dragged._id);
  const below = others.findIndex((item) => {
    const box = item.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  const position = below < 0 ? others.length : below;
  change("move_card", { id: dragged._id, column_id: column._id, position }, `Moved to ${column.name}`);
}

function moveByKey(event, card, column) {
  if (!event.altKey || !board.you.can_write) return;
  const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (!step) return;
  event.preventDefault();
  const target = board.columns[board.columns.indexOf(column) + step[0]];
  const position = card.position + step[1];
  if (!target || position < 0 || (target === column && position >= column.cards.length)) return;
  change("move_card", { id: card._id, column_id: target._id, position }, `Moved to ${target.name}, place ${position + 1}`);
}

// Dialogs

function field({ label, tag = "input", options = [], ...properties }) {
  const input = make(tag, properties, ...options.map(([value, text]) => make("option", { value }, text)));
  if (tag === "select") input.value = properties.value;
  return make("label", {}, label, input);
}

function dialog({ title, text = "", fields = [], ok, done, danger = false, remove = null }) {
  const form = at("dialog-form");
  const attempt = (work) => async (event) => {
    event.preventDefault();
    try {
      await work(new FormData(form));
      at("dialog").close();
      await refresh();
    } catch (problem) {
      at("dialog-problem").textContent = wordsOf(problem);
      at("dialog-problem").hidden = false;
    }
  };
  at("dialog-title").textContent = title;
  at("dialog-text").textContent = text;
  at("dialog-text").hidden = !text;
  at("dialog-problem").hidden = true;
  at("dialog-fields").replaceChildren(...fields.map(field));
  at("dialog-ok").textContent = ok || "";
  at("dialog-ok").hidden = !ok;
  at("dialog-ok").className = danger ? "quiet danger" : "";
  at("dialog-cancel").textContent = ok ? "Cancel" : "Close";
  at("dialog-delete").hidden = !remove;
  at("dialog-delete").onclick = remove && attempt(remove);
  form.onsubmit = attempt(done || (() => {}));
  at("dialog").showModal();
}

function readCard(card, column) {
  const lines = [card.note, `In ${column.name}, added by ${card.created_by}.`, card.assignee_name && `For ${card.assignee_name}.`];
  dialog({ title: card.title, text: lines.filter(Boolean).join("\n\n") });
}

function openCard(card, column) {
  if (!board.you.can_write) {
    readCard(card, column);
    return;
  }
  const people = board.people.map((person) => [person.peer_id, person.name]);
  if (card.assignee && !people.some(([id]) => id === card.assignee)) people.push([card.assignee, `${card.assignee_name} (left)`]);
  dialog({
    title: "Card", ok: "Save",
    fields: [
      { label: "Title", name: "title", value: card.title, required: true, maxLength: 200 },
      { label: "Note", name: "note", tag: "textarea", value: card.note, maxLength: 4000 },
      { label: "For", name: "assignee", tag: "select", value: card.assignee, options: [["", "Nobody"], ...people] },
      { label: "Column", name: "column", tag: "select", value: String(column._id), options: board.columns.map((one) => [String(one._id), one.name]) },
    ],
    done: (form) => saveCard(card, column, form),
    remove: card.mine ? () => ask("delete_card", { id: card._id }) : null,
  });
}

async function saveCard(card, column, form) {
  await ask("edit_card", { id: card._id, title: form.get("title"), note: form.get("note") });
  if (form.get("assignee") !== card.assignee) await ask("assign_card", { id: card._id, peer_id: form.get("assignee") });
  const target = Number(form.get("column"));
  if (target !== column._id) await ask("move_card", { id: card._id, column_id: target, position: 0 });
}

function columnFields(column) {
  return [
    { label: "Name", name: "name", value: column.name, required: true, maxLength: 40 },
    { label: "Colour", name: "color", tag: "select", value: column.color, options: Object.entries(COLORS) },
  ];
}

function editColumn(column) {
  dialog({
    title: "Column", ok: "Save", fields: columnFields(column),
    done: (form) => ask("rename_column", { id: column._id, name: form.get("name"), color: form.get("color") }),
  });
}

function deleteColumn(column) {
  const others = board.columns.filter((one) => one !== column).map((one) => [String(one._id), one.name]);
  const count = column.cards.length;
  const takes = count > 0 && others.length > 0;
  dialog({
    title: `Delete “${column.name}”?`, ok: "Delete", danger: true,
    text: count === 0 ? "It is empty." : takes ? `Its ${count === 1 ? "card moves" : `${count} cards move`} to another column.` : "Its cards must be deleted first.",
    fields: takes ? [{ label: "Move the cards to", name: "target", tag: "select", value: others[0][0], options: others }] : [],
    done: (form) => ask("delete_column", { id: column._id, ...(takes ? { move_to: Number(form.get("target")) } : {}) }),
  });
}

at("add-column").onclick = () => dialog({
  title: "New column", ok: "Add", fields: columnFields({ name: "", color: "slate" }),
  done: (form) => ask("add_column", { name: form.get("name"), color: form.get("color") }),
});

at("settings").onclick = () => dialog({
  title: "Title of the board", ok: "Save",
  fields: [
    { label: "Title", name: "title", value: board.title, required: true, maxLength: 40 },
    { label: "Line below it", name: "subtitle", value: board.subtitle, maxLength: 200 },
  ],
  done: (form) => ask("save_settings", { title: form.get("title"), subtitle: form.get("subtitle") }),
});

at("dialog-cancel").onclick = () => at("dialog").close();

document.addEventListener("visibilitychange", () => { if (!document.hidden && !dragged && !at("dialog").open) refresh(); });
if (api) refresh();
else {
  at("nothing").hidden = true;
  show(new Error("This page works inside Goop2: open the site there."));
}
