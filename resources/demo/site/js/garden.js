"use strict";

const tasks = Goop.data.api("tasks");
const list = document.getElementById("tasks");
const form = document.getElementById("add");

function row(task) {
  const item = document.createElement("li");
  const box = document.createElement("input");
  const text = document.createElement("span");
  box.type = "checkbox";
  box.checked = task.done === 1;
  box.setAttribute("aria-label", task.text);
  box.addEventListener("change", () => tasks("toggle", { id: task._id }).then(show));
  text.textContent = task.due ? `${task.text} (${task.due})` : task.text;
  item.className = box.checked ? "done" : "";
  item.append(box, text);
  return item;
}

async function show() {
  const answer = await tasks("list");
  list.replaceChildren(...answer.tasks.map(row));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await tasks("add", { text: form.text.value });
  form.reset();
  await show();
});

show();
