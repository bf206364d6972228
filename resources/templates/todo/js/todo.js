"use strict";

const FILTERS = { all: "All", open: "Open", done: "Done", overdue: "Overdue" };
const NOTHING = { all: "No task here yet.", open: "Nothing is left to do.", done: "Nothing is done yet.", overdue: "Nothing is overdue." };
const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("todo");
const state = { lists: [], tasks: [], you: {}, list: 0, filter: "all" };

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

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

function dayOf(date) {
  return new Date(`${date}T12:00`).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short" });
}

function dueOf(task) {
  if (!task.due) return null;
  if (task.done || task.due > today()) return make("span", {}, `due ${dayOf(task.due)}`);
  const words = task.due === today() ? "due today" : `overdue since ${dayOf(task.due)}`;
  return make("span", { className: "late" }, words);
}

function tool(key, sign, label, action, disabled = false) {
  return make("button", { type: "button", textContent: sign, title: label, disabled, onclick: action, aria: { label }, dataset: { focus: key } });
}

function toolsOf(task, index) {
  const tools = make("div", { className: "tools" });
  if (state.you.is_owner && state.filter === "all") {
    const last = state.tasks.length - 1;
    tools.append(
      tool(`up-${task._id}`, "↑", `Move up: ${task.text}`, () => change("move", { id: task._id, position: index - 1 }), index === 0),
      tool(`down-${task._id}`, "↓", `Move down: ${task.text}`, () => change("move", { id: task._id, position: index + 1 }), index === last),
    );
  }
  if (task.mine) {
    tools.append(
      tool(`edit-${task._id}`, "✎", `Edit: ${task.text}`, () => editTask(task)),
      tool(`delete-${task._id}`, "✕", `Delete: ${task.text}`, () => deleteTask(task)),
    );
  }
  return tools;
}

function rowOf(task, index) {
  const box = make("input", {
    type: "checkbox", id: `task-${task._id}`, checked: task.done, disabled: !state.you.can_write, dataset: { focus: `box-${task._id}` },
    onchange: () => change("tick", { id: task._id, done: box.checked }),
  });
  const by = task.done && task.done_by ? `done by ${task.done_by}` : task.created_by && `added by ${task.created_by}`;
  const label = make("label", { htmlFor: box.id }, task.text);
  const meta = make("div", { className: "meta" }, dueOf(task), by ? make("span", {}, by) : null);
  return make("li", { className: task.done ? "done" : "" }, box, make("div", { className: "task" }, label, meta), toolsOf(task, index));
}

function listLink(list) {
  const count = `${list.open} open${list.overdue ? `, ${list.overdue} overdue` : ""}`;
  const link = make("a", { href: `#list-${list._id}`, dataset: { focus: `list-${list._id}` } }, make("span", {}, list.name), make("span", { className: "count" }, count));
  if (list._id === state.list) link.setAttribute("aria-current", "true");
  return make("li", {}, link);
}

function filterButton([key, label]) {
  return make("button", {
    type: "button", className: "quiet", textContent: label, aria: { pressed: String(state.filter === key) }, dataset: { focus: `filter-${key}` },
    onclick: () => { state.filter = key; refresh(); },
  });
}

// What had the keyboard is made anew. At an end one cannot move further: the way back has it then; what is gone leaves it to all.
function focusAgain(key) {
  const [kind, id] = key.split("-");
  const back = { up: "down", down: "up" }[kind];
  const usable = (name) => document.querySelector(`[data-focus="${name}"]:not(:disabled)`);
  (usable(key) || usable(`${back}-${id}`) || at("tasks")).focus();
}

function draw(totals) {
  const focused = document.activeElement && document.activeElement.dataset.focus;
  const list = state.lists.find((one) => one._id === state.list);
  at("totals").textContent = `${totals.open} open, ${totals.done} done${totals.overdue ? `, ${totals.overdue} overdue` : ""}`;
  at("lists").replaceChildren(...state.lists.map(listLink));
  at("list-name").textContent = list ? list.name : "No list yet";
  at("filters").replaceChildren(...(list ? Object.entries(FILTERS).map(filterButton) : []));
  at("tasks").replaceChildren(...state.tasks.map(rowOf));
  at("tasks").setAttribute("aria-busy", "false");
  at("nothing").textContent = list ? NOTHING[state.filter] : state.you.is_owner ? "Make the first list." : "The owner has not made a list yet.";
  at("nothing").hidden = state.tasks.length > 0;
  at("add").hidden = !list || !state.you.can_write;
  at("reading").hidden = !list || state.you.can_write;
  at("add-list").hidden = !state.you.is_owner;
  at("list-actions").hidden = !list || !state.you.is_owner;
  at("clear-done").disabled = !list || list.done === 0;
  if (focused) focusAgain(focused);
}

async function load() {
  const answer = await ask("lists");
  state.lists = answer.lists;
  state.you = answer.you;
  const named = location.hash.match(/^#list-(\d+)$/);
  const wanted = named ? Number(named[1]) : state.list;
  state.list = (state.lists.find((list) => list._id === wanted) || state.lists[0] || { _id: 0 })._id;
  state.tasks = state.list ? (await ask("tasks", { list_id: state.list, state: state.filter })).tasks : [];
  draw(answer.totals);
}

async function refresh() {
  try {
    await load();
    show(null);
  } catch (problem) {
    at("nothing").textContent = "The lists cannot be shown.";
    show(problem);
  }
}

async function change(action, params) {
  let refused = null;
  try {
    await ask(action, params);
  } catch (problem) {
    refused = problem;
  }
  await refresh();
  if (refused) show(refused);
}

// Dialogs

function dialog({ title, text = "", fields = [], ok, danger = false, done }) {
  at("dialog-title").textContent = title;
  at("dialog-text").textContent = text;
  at("dialog-text").hidden = !text;
  at("dialog-fields").replaceChildren(
    ...fields.map(({ label, ...input }) => make("label", {}, label, make("input", input))),
  );
  at("dialog-ok").textContent = ok;
  at("dialog-problem").hidden = true;
  at("dialog-ok").className = danger ? "quiet danger" : "";
  at("dialog-form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      await done(new FormData(at("dialog-form")));
      at("dialog").close();
      await refresh();
    } catch (problem) {
      at("dialog-problem").textContent = wordsOf(problem);
      at("dialog-problem").hidden = false;
    }
  };
  at("dialog").showModal();
}

function editTask(task) {
  dialog({
    title: "Edit the task", ok: "Save",
    fields: [
      { label: "Task", name: "text", value: task.text, required: true, maxLength: 300 },
      { label: "Due", name: "due", type: "date", value: task.due },
    ],
    done: (form) => ask("edit", { id: task._id, text: form.get("text"), due: form.get("due") }),
  });
}

function deleteTask(task) {
  dialog({ title: "Delete this task?", text: task.text, ok: "Delete", danger: true, done: () => ask("delete", { id: task._id }) });
}

function current() {
  return state.lists.find((list) => list._id === state.list);
}

at("add-list").onclick = () => dialog({
  title: "New list", ok: "Add",
  fields: [{ label: "Name", name: "name", required: true, maxLength: 60 }],
  done: async (form) => { location.hash = `list-${(await ask("add_list", { name: form.get("name") })).id}`; },
});

at("rename-list").onclick = () => dialog({
  title: "Rename the list", ok: "Rename",
  fields: [{ label: "Name", name: "name", value: current().name, required: true, maxLength: 60 }],
  done: (form) => ask("rename_list", { id: state.list, name: form.get("name") }),
});

at("delete-list").onclick = () => {
  const count = current().open + current().done;
  dialog({
    title: `Delete “${current().name}”?`, ok: "Delete", danger: true,
    text: count ? `Its ${count === 1 ? "task is" : `${count} tasks are`} deleted too.` : "It is empty.",
    done: () => ask("delete_list", { id: state.list, with_tasks: true }),
  });
};

at("clear-done").onclick = () => dialog({
  title: "Clear done tasks?", text: `${current().done} done in “${current().name}” will be deleted.`, ok: "Clear", danger: true,
  done: () => ask("clear_done", { list_id: state.list }),
});

at("dialog-cancel").onclick = () => at("dialog").close();

at("add").onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await ask("add", { list_id: state.list, text: form.elements.text.value, due: form.elements.due.value });
    form.reset();
    form.elements.text.focus();
    await refresh();
  } catch (problem) {
    show(problem);
  }
};

window.addEventListener("hashchange", refresh);
document.addEventListener("visibilitychange", () => { if (!document.hidden && !at("dialog").open) refresh(); });
if (api) refresh();
else {
  at("nothing").hidden = true;
  show(new Error("This page works inside Goop2: open the site there."));
}
