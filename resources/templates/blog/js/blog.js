"use strict";

const at = (id) => document.getElementById(id);
const api = typeof Goop === "undefined" ? null : Goop.data.api("blog");
let blog = { you: {} }; // what `home` answered last
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

function show(problem) {
  at("problem").textContent = problem ? wordsOf(problem) : "";
  at("problem").hidden = !problem;
  if (problem) at("problem").scrollIntoView({ block: "nearest" });
}

function tell(text) {
  at("told").textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { at("told").textContent = ""; }, 5000);
}

function confirmed(text, ok) {
  at("dialog-text").textContent = text;
  at("dialog-ok").textContent = ok;
  at("dialog").returnValue = "";
  at("dialog").showModal();
  return new Promise((resolve) => {
    at("dialog").onclose = () => resolve(at("dialog").returnValue === "yes");
  });
}

// Everything that visitors wrote becomes text nodes only.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { aria, ...rest } = properties;
  Object.assign(element, rest);
  for (const [name, value] of Object.entries(aria || {})) element.setAttribute(`aria-${name}`, value);
  element.append(...children.filter(Boolean));
  return element;
}

function dayOf(moment) {
  const when = new Date(moment.includes("T") ? moment : `${moment.replace(" ", "T")}Z`);
  return Number.isNaN(when.getTime()) ? moment : when.toLocaleDateString(undefined, { dateStyle: "long" });
}

function button(label, action, className = "quiet") {
  return make("button", { type: "button", className, textContent: label, onclick: () => attempt(action) });
}

// Runs what a control does; a refusal is shown where the reader is.
async function attempt(work) {
  try {
    show(null);
    await work();
  } catch (problem) {
    show(problem);
  }
}

function many(count, one, more) {
  return count === 1 ? `1 ${one}` : `${count} ${more}`;
}

// Views: each answers the elements to show

function byline(post) {
  const when = post.state === "published" ? dayOf(post.published_at) : `last changed ${dayOf(post.updated_at)}`;
  const badge = post.state === "draft" && make("span", { className: "badge" }, "Draft");
  return make("p", { className: "byline" }, badge, `${post.author_name || "Somebody"}, ${when}`);
}

function entry(post) {
  const line = byline(post);
  if (post.comments > 0) line.append(` · ${many(post.comments, "comment", "comments")}`);
  return make("article", { className: "entry" },
    make("h2", {}, make("a", { href: `#${post.slug}` }, post.title)), line, make("p", {}, post.excerpt));
}

async function homeView(page) {
  const answer = page === blog.page ? blog : await ask("home", { page });
  if (answer.posts.length === 0) return [make("p", { className: "quietly" }, "Nothing is published yet.")];
  const pages = make("nav", { className: "pages", aria: { label: "Pages" } },
    answer.page > 1 ? make("a", { href: `#!page/${answer.page - 1}` }, "← Newer posts") : make("span"),
    make("span", {}, `Page ${answer.page} of ${answer.pages}`),
    answer.page < answer.pages ? make("a", { href: `#!page/${answer.page + 1}` }, "Older posts →") : make("span"));
  return [make("h1", { className: "unseen" }, "Posts"), ...answer.posts.map(entry), answer.pages > 1 && pages];
}

async function draftsView() {
  const { posts } = await ask("drafts");
  const heading = make("h1", {}, blog.you.is_editor ? "All drafts" : "Your drafts");
  if (posts.length === 0) return [heading, make("p", { className: "quietly" }, "There is no draft. What is published is on the front page.")];
  return [heading, make("br"), ...posts.map(entry)];
}

function commentView(comment, again) {
  const waiting = comment.state === "pending" && make("span", { className: "badge" }, "Waiting");
  const actions = make("div", { className: "actions" });
  if (comment.state === "pending" && blog.you.is_editor) {
    actions.append(button("Approve", async () => { await ask("approve_comment", { id: comment._id }); tell("The comment is on the page."); await again(); }));
  }
  if (comment.can_delete) {
    actions.append(button("Delete", async () => {
      if (!await confirmed("Delete this comment?", "Delete")) return;
      await ask("delete_comment", { id: comment._id });
      await again();
    }, "quiet danger"));
  }
  const where = comment.post_slug && make("span", {}, " on ", make("a", { href: `#${comment.post_slug}` }, comment.post_title));
  return make("div", { className: "comment" },
    make("p", { className: "byline" }, waiting, `${comment.author_name || "Somebody"}, ${dayOf(comment.created_at)}`, where),
    make("p", {}, comment.text), actions.childElementCount > 0 && actions);
}

async function pendingView() {
  const { comments } = await ask("pending");
  const heading = make("h1", {}, "Comments that wait");
  if (comments.length === 0) return [heading, make("p", { className: "quietly" }, "All comments have been looked at.")];
  return [heading, ...comments.map((comment) => commentView(comment, draw))];
}

function postActions(post) {
  if (!post.can_change) return null;
  const published = post.state === "published";
  return make("div", { className: "actions" },
    make("a", { className: "button quiet", href: `#!edit/${post.slug}` }, "Edit"),
    published
      ? button("Take back to draft", async () => { await ask("unpublish", { id: post._id }); tell("It is a draft again."); await draw(); })
      : button("Publish", async () => { await ask("publish", { id: post._id }); tell("It is published."); await draw(); }, ""),
    button("Delete", async () => {
      const warning = post.comments.length > 0 ? " Its comments are deleted too." : "";
      if (!await confirmed(`Delete “${post.title}”?${warning}`, "Delete")) return;
      await ask("delete", { id: post._id });
      tell("The post is deleted.");
      location.hash = "";
    }, "quiet danger"));
}

function commentForm(post) {
  const text = make("textarea", { name: "text", required: true, maxLength: 2000 });
  return make("form", {
    onsubmit: (event) => {
      event.preventDefault();
      attempt(async () => {
        const { state } = await ask("comment", { id: post._id, text: text.value });
        tell(state === "pending" ? "Thank you. An editor will look at it first." : "Thank you.");
        await draw();
      });
    },
  }, make("label", {}, "Your comment", text), make("button", {}, "Send"));
}

async function postView(slug) {
  const { post } = await ask("read", { slug });
  document.title = `${post.title} · ${blog.title}`;
  const body = make("div", { className: "body" }, ...post.body.split(/\n\s*\n/).map((part) => make("p", {}, part.trim())));
  const article = make("article", {}, make("h1", {}, post.title), byline(post), postActions(post), body);
  if (post.state !== "published") return [article];
  const comments = make("section", { className: "comments", aria: { label: "Comments" } },
    make("h3", {}, post.comments.length > 0 ? many(post.comments.length, "comment", "comments") : "No comments yet"),
    ...post.comments.map((comment) => commentView(comment, draw)), commentForm(post));
  return [article, comments];
}

async function editView(slug) {
  const post = slug ? (await ask("read", { slug })).post : { title: "", body: "", slug: "" };
  const title = make("input", { name: "title", value: post.title, required: true, maxLength: 150 });
  const body = make("textarea", { name: "body", className: "long", value: post.body, required: true, maxLength: 40000 });
  const name = make("input", { name: "slug", value: post.slug, maxLength: 80, pattern: "[a-z0-9][a-z0-9\\-]*", placeholder: "made from the title" });
  const form = make("form", {
    onsubmit: (event) => {
      event.preventDefault();
      attempt(async () => {
        const saved = await ask("save", { ...(slug ? { id: post._id } : {}), title: title.value, body: body.value, slug: name.value });
        tell("Saved.");
        location.hash = saved.slug;
      });
    },
  },
  make("label", {}, "Title", title),
  make("label", {}, "Text (an empty line begins a new paragraph)", body),
  make("label", {}, "Name in the address (small letters, digits and -)", name),
  make("div", { className: "actions" }, make("button", {}, slug ? "Save" : "Save as draft"),
    make("a", { className: "button quiet", href: slug ? `#${slug}` : "#" }, "Cancel")));
  return [make("h1", {}, slug ? "Edit the post" : "New post"), make("br"), form];
}

async function settingsView() {
  const title = make("input", { value: blog.title, required: true, maxLength: 150 });
  const tagline = make("input", { value: blog.tagline, maxLength: 150 });
  const size = make("input", { type: "number", value: blog.posts_per_page, min: 1, max: 50, required: true });
  const moderate = make("input", { type: "checkbox", checked: blog.moderate_comments });
  const form = make("form", {
    onsubmit: (event) => {
      event.preventDefault();
      attempt(async () => {
        await ask("save_settings", {
          title: title.value, tagline: tagline.value, posts_per_page: Number(size.value), moderate_comments: moderate.checked,
        });
        tell("Saved.");
        location.hash = "";
      });
    },
  },
  make("label", {}, "Title", title), make("label", {}, "Line below it", tagline), make("label", {}, "Posts on a page", size),
  make("label", { className: "check" }, moderate, "An editor looks at comments before they appear"), make("button", {}, "Save"));
  return [make("h1", {}, "Settings"), make("br"), form];
}

// Which view: #slug is a post, #!word one of ours

function viewOf(address) {
  const [word, argument] = address.slice(1).split("/");
  if (!address) return homeView(1);
  if (!address.startsWith("!")) return postView(address);
  switch (word) {
    case "page": return homeView(Math.max(1, Number.parseInt(argument, 10) || 1));
    case "drafts": return draftsView();
    case "comments": return pendingView();
    case "new": return editView("");
    case "edit": return editView(argument);
    case "settings": return settingsView();
    default: return homeView(1);
  }
}

function drawHead(address) {
  at("title").textContent = document.title = blog.title;
  at("tagline").textContent = blog.tagline;
  const links = [
    blog.you.can_write && ["!new", "New post"],
    blog.you.can_write && ["!drafts", "Drafts"],
    blog.you.is_editor && ["!comments", blog.waiting ? `Comments (${blog.waiting} waiting)` : "Comments"],
    blog.you.is_owner && ["!settings", "Settings"],
  ].filter(Boolean);
  at("desk").hidden = links.length === 0;
  at("desk").replaceChildren(...links.map(([name, label]) => {
    const link = make("a", { href: `#${name}` }, label);
    if (name === address) link.setAttribute("aria-current", "page");
    return link;
  }));
}

async function draw() {
  const address = decodeURIComponent(location.hash.slice(1));
  blog = await ask("home", {});
  drawHead(address);
  const elements = await viewOf(address);
  at("view").replaceChildren(...elements.filter(Boolean));
  at("main").setAttribute("aria-busy", "false");
}

async function go() {
  try {
    show(null);
    await draw();
  } catch (problem) {
    at("view").replaceChildren(make("p", {}, make("a", { href: "#" }, "Back to the front page")));
    show(problem);
  }
}

window.addEventListener("hashchange", () => { window.scrollTo(0, 0); go(); });
if (api) go();
else {
  at("view").replaceChildren();
  show(new Error("This page works inside Goop2: open the site there."));
}
