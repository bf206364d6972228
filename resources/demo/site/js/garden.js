"use strict";

const at = (id) => document.getElementById(id);
const tasks = typeof Goop === "undefined" ? null : Goop.data.api("tasks");

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
  const answer = await tasks(action, params);
  if (answer.error) throw new Error(answer.error);
  return answer;
}

function tell(problem) {
  at("problem").textContent = problem ? wordsOf(problem) : "";
  at("problem").hidden = !problem;
}

function row(task) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  box.type = "checkbox";
  box.checked = task.done === 1;
  box.dataset.task = task._id;
  box.addEventListener("change", () => change("toggle", { id: task._id }));
  text.textContent = task.due ? `${task.text} (${task.due})` : task.text;
  item.className = box.checked ? "done" : "";
  label.append(box, text);
  item.append(label);
  return item;
}

async function draw() {
  const focused = document.activeElement && document.activeElement.dataset.task;
  const answer = await ask("list");
  at("tasks").replaceChildren(...answer.tasks.map(row));
  at("tasks").setAttribute("aria-busy", "false");
  at("nothing").textContent = answer.tasks.length ? "" : "Nothing to do. Enjoy the garden!";
  const again = focused && document.querySelector(`[data-task="${focused}"]`);
  if (again) again.focus();
}

async function attempt(work) {
  try {
    await work();
    tell(null);
  } catch (problem) {
    tell(problem);
  }
}

async function change(action, params) {
  await attempt(async () => {
    try {
      await ask(action, params);
    } finally {
      await draw();
    }
  });
}

at("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  await attempt(async () => {
    await ask("add", { text: at("text").value });
    at("add").reset();
    await draw();
  });
});

if (tasks) attempt(draw);
else {
  at("nothing").textContent = "";
  tell(new Error("This page works inside Goop2: open the site there."));
}
