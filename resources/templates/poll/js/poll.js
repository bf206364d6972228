"use strict";

const STATES = { open: "Open", draft: "Draft", closed: "Closed" };
const RESULTS = { always: "Everybody, at once", voted: "Whoever has voted", closed: "Everybody, when it is closed", never: "Only you" };
const HIDDEN = { voted: "You see the results when you have voted.", closed: "The results come when the poll is closed.", never: "The results are for the owner." };
const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("poll");
const state = { polls: [], you: {} };

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

function tell(id, problem) {
  at(id).textContent = problem ? wordsOf(problem) : "";
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

function button(key, label, className, onclick) {
  return make("button", { type: "button", key, className, onclick }, label);
}

function dayOf(moment) {
  return new Date(moment).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
}

function people(count) {
  return count === 1 ? "1 vote" : `${count} votes`;
}

// Drawing

function optionOf(poll, option) {
  const isShown = poll.shows_results && poll.state !== "draft";
  const isMine = option._id === poll.choice;
  const share = poll.total ? Math.round((100 * option.votes) / poll.total) : 0;
  const bar = isShown ? make("span", { className: "bar", ariaHidden: "true" }) : null;
  if (bar) bar.style.width = `${share}%`;
  const radio = poll.state === "open"
    ? make("input", { type: "radio", name: `poll-${poll._id}`, value: option._id, checked: isMine, key: `option-${option._id}` })
    : null;
  return make(
    radio ? "label" : "div", { className: isMine ? "option mine" : "option" }, bar, radio,
    make("span", { className: "label" }, option.label + (isMine && !radio ? " (your vote)" : "")),
    isShown ? make("span", { className: "tally" }, `${people(option.votes)}, ${share} %`) : null,
  );
}

function footOf(poll) {
  const foot = make("div", { className: "foot" });
  if (poll.state === "open") {
    const voted = poll.choice !== undefined;
    foot.append(make("button", { key: `vote-${poll._id}`, disabled: true }, voted ? "Change my vote" : "Vote"));
    if (voted) foot.append(button(`unvote-${poll._id}`, "Take my vote back", "quiet", () => change("unvote", { id: poll._id })));
  }
  const total = poll.shows_results ? `${people(poll.total)} in all` : HIDDEN[poll.results] || "";
  foot.append(make("span", { className: "total" }, poll.state === "draft" ? "Nobody else sees this poll yet." : total));
  return foot;
}

function ownerTools(poll) {
  const { _id: id } = poll;
  const choice = make("select", { key: `results-${id}`, onchange: () => change("set_results", { id, results: choice.value }) });
  choice.append(...Object.entries(RESULTS).map(([value, label]) => make("option", { value, selected: value === poll.results }, label)));
  return make(
    "div", { className: "owner" },
    make("label", {}, "Results: ", choice),
    poll.state === "draft" ? button(`edit-${id}`, "Edit", "quiet", () => edit(poll)) : button(`votes-${id}`, "Votes", "quiet", () => showVotes(id)),
    poll.state === "open"
      ? button(`state-${id}`, "Close", "quiet", () => change("close", { id }))
      : button(`state-${id}`, poll.state === "draft" ? "Open" : "Open again", "quiet", () => change("open", { id })),
    button(`delete-${id}`, "Delete", "quiet danger", () => remove(poll)),
  );
}

function whenOf(poll) {
  if (poll.state === "closed" && poll.closed_at) return `since ${dayOf(poll.closed_at)}`;
  return poll.state === "open" && poll.opened_at ? `since ${dayOf(poll.opened_at)}` : "";
}

function cardOf(poll) {
  const form = make(
    "form", { noValidate: true },
    make("fieldset", {}, make("legend", {}, poll.question), ...poll.options.map((option) => optionOf(poll, option))),
    footOf(poll),
  );
  const chosen = () => Number(new FormData(form).get(`poll-${poll._id}`));
  form.onchange = () => { form.querySelector("button").disabled = !chosen() || chosen() === poll.choice; };
  form.onsubmit = (event) => {
    event.preventDefault();
    if (chosen()) change("vote", { id: poll._id, option_id: chosen() });
  };
  const title = make("h2", { id: `question-${poll._id}` }, poll.question);
  const card = make(
    "article", { className: poll.state },
    make("div", {}, make("span", { className: "badge" }, STATES[poll.state]), make("span", { className: "when" }, whenOf(poll))),
    title, poll.note ? make("p", { className: "note" }, poll.note) : null, form, state.you.is_owner ? ownerTools(poll) : null,
  );
  card.setAttribute("aria-labelledby", title.id);
  return card;
}

// What somebody has chosen and not sent yet stays chosen when the page is drawn again.
function pending() {
  return new Map([...document.querySelectorAll("#polls input:checked")].map((radio) => [radio.name, radio.value]));
}

function draw() {
  const focused = document.activeElement && document.activeElement.dataset.key;
  const chosen = pending();
  at("new").hidden = !state.you.is_owner;
  at("polls").replaceChildren(...state.polls.map(cardOf));
  at("polls").setAttribute("aria-busy", "false");
  at("nothing").hidden = state.polls.length > 0;
  at("nothing").textContent = state.you.is_owner ? "No poll yet. Ask something!" : "There is no poll just now. Come back later.";
  for (const [name, value] of chosen) {
    const radio = document.querySelector(`#polls input[name="${name}"][value="${value}"]`);
    if (!radio || radio.checked) continue;
    radio.checked = true;
    radio.form.onchange();
  }
  if (focused) (document.querySelector(`[data-key="${focused}"]`) || at("polls")).focus(); // what is gone leaves the keyboard to all
}

async function refresh() {
  try {
    const answer = await ask("list");
    state.polls = answer.polls;
    state.you = answer.you;
    draw();
    tell("problem", null);
  } catch (problem) {
    at("polls").setAttribute("aria-busy", "false");
    at("nothing").hidden = state.polls.length > 0;
    at("nothing").textContent = "The polls cannot be shown.";
    tell("problem", problem);
  }
}

async function change(action, params) {
  let refused = null;
  try {
    await ask(action, params);
    if (action === "vote" || action === "unvote") document.getElementsByName(`poll-${params.id}`).forEach((radio) => { radio.checked = false; });
  } catch (problem) {
    refused = problem;
  }
  await refresh();
  if (refused) tell("problem", refused);
}

// The owner's dialogs

function edit(poll) {
  const fields = at("editor-form").elements;
  at("editor-title").textContent = poll ? "Edit the draft" : "New poll";
  at("editor-ok").textContent = poll ? "Save" : "Add";
  at("open-now").hidden = Boolean(poll);
  fields.results.replaceChildren(...Object.entries(RESULTS).map(([value, label]) => make("option", { value }, label)));
  fields.question.value = poll ? poll.question : "";
  fields.note.value = poll ? poll.note : "";
  fields.options.value = poll ? poll.options.map((option) => option.label).join("\n") : "";
  fields.results.value = poll ? poll.results : "voted";
  fields.open.checked = !poll;
  tell("editor-problem", null);
  at("editor-form").onsubmit = async (event) => {
    event.preventDefault();
    const params = {
      question: fields.question.value, note: fields.note.value, results: fields.results.value,
      options: fields.options.value.split("\n").map((line) => line.trim()).filter(Boolean),
    };
    try {
      if (poll) await ask("edit", { id: poll._id, ...params });
      else await ask("create", { ...params, open: fields.open.checked });
      at("editor").close();
      await refresh();
    } catch (problem) {
      tell("editor-problem", problem);
    }
  };
  at("editor").showModal();
}

function remove(poll) {
  at("sure-text").textContent = `“${poll.question}” and ${poll.total ? people(poll.total) : "its options"} will be gone.`;
  at("sure-form").onsubmit = () => change("delete", { id: poll._id });
  at("sure").showModal();
}

async function showVotes(id) {
  try {
    const { question, votes } = await ask("votes", { id });
    const rows = votes.map((vote) => make(
      "tr", {}, make("td", { title: vote.peer_id }, vote.name || vote.peer_id), make("td", {}, vote.email), make("td", {}, vote.option), make("td", {}, vote.voted_at),
    ));
    const head = make("tr", {}, ...["Who", "Email", "Vote", "When (UTC)"].map((text) => make("th", { scope: "col" }, text)));
    at("votes-title").textContent = question;
    at("votes-list").replaceChildren(rows.length ? make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)) : make("p", { className: "nothing" }, "Nobody has voted yet."));
    at("votes").showModal();
  } catch (problem) {
    tell("problem", problem);
  }
}

at("new").onclick = () => edit(null);
for (const one of document.querySelectorAll("[data-close]")) one.onclick = () => one.closest("dialog").close();
document.addEventListener("visibilitychange", () => { if (!document.hidden && !document.querySelector("dialog[open]")) refresh(); });

if (api) refresh();
else {
  at("nothing").hidden = true;
  tell("problem", new Error("This page works inside Goop2: open the site there."));
}
