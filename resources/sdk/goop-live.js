// What the preview adds to a page: news by one stream an origin, reload on save, a badge, and errors for the log.
// The SDK's other files load it; on a real Goop2 there is no such file, and nothing is missed.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  if (Goop._live) return;
  Goop._live = true;
  const listeners = (Goop._listeners = Goop._listeners || []);
  const errors = (Goop._errors = Goop._errors || []);
  const channel = new BroadcastChannel("goop-news");

  // Six tabs with a stream each would use up the browser's connections to one host: one tab holds the lock and
  // listens, and tells the others.
  function hear(kind, data) {
    for (const listener of [...listeners]) if (listener.kind === kind) listener.hear(data);
  }

  channel.onmessage = ({ data: { kind, data } }) => hear(kind, data);

  function listen() {
    const stream = new EventSource("/api/preview/events");
    for (const kind of ["mq", "group", "files"]) {
      stream.addEventListener(kind, (event) => {
        const data = JSON.parse(event.data);
        channel.postMessage({ kind, data });
        hear(kind, data);
      });
    }
    return stream;
  }

  // A page that is left may be kept for the way back: it must not keep the lock.
  function takeTurn() {
    const leaving = new AbortController();
    addEventListener("pagehide", () => leaving.abort(), { once: true });
    const turn = (lock) => new Promise((done) => {
      if (!lock || leaving.signal.aborted) return done();
      const stream = listen();
      leaving.signal.addEventListener("abort", () => { stream.close(); done(); });
      return undefined;
    });
    navigator.locks.request("goop-news", { signal: leaving.signal }, turn).catch((error) => { if (error.name !== "AbortError") throw error; });
  }

  addEventListener("pageshow", ({ persisted }) => { if (persisted) takeTurn(); });
  takeTurn();

  // Saved files

  function swapSheets(paths) {
    const sheets = [...document.querySelectorAll('link[rel="stylesheet"]')];
    for (const sheet of sheets) {
      const at = new URL(sheet.href);
      if (!paths.some((path) => at.pathname.endsWith(`/${path}`))) continue;
      const fresh = sheet.cloneNode();
      at.searchParams.set("saved", Date.now());
      fresh.href = at.href;
      fresh.addEventListener("load", () => sheet.remove());
      sheet.after(fresh);
    }
  }

  listeners.push({
    kind: "files",
    hear({ paths }) {
      if (paths.every((path) => path.endsWith(".css"))) swapSheets(paths);
      else location.reload();
    },
  });

  // Errors

  function place(file) {
    if (!file) return "";
    try {
      const { pathname } = new URL(file, location.href);
      return pathname.replace(/^\/p\/[^/]+\//, "");
    } catch {
      return file;
    }
  }

  let reported = 0;
  function report(problem) {
    reported += 1;
    if (reported > 50) return;
    const body = JSON.stringify({ ...problem, file: place(problem.file) });
    fetch("/api/preview/report", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {});
  }

  errors.splice(0).forEach(report);
  errors.push = (...problems) => problems.forEach(report);

  // The badge: three tabs with one title must be told apart.

  async function showBadge() {
    if (sessionStorage.getItem("goop-badge") === "off") return;
    const response = await fetch("/api/preview/facts");
    const { name, role, on_copy: isCopy } = await response.json();
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
:host { all: initial; position: fixed; }
      button { position: fixed; left: 50%; top: 0; transform: translateX(-50%); z-index: 2147483647; max-width: 60vw; overflow: hidden;
        text-overflow: ellipsis; white-space: nowrap; font: 11px/16px system-ui, sans-serif; color: #fff; background: #26323a; border: 0;
        border-radius: 0 0 8px 8px; padding: 0 10px 1px; cursor: pointer; }
      button:focus-visible { outline: 3px solid #4aa3ff; }
      @media print { button { display: none; } }`);
    root.adoptedStyleSheets = [sheet];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${name} (${role})${isCopy ? " · on a copy" : ""}`;
    button.title = "Preview of Goop Console: who you are here. Click to hide.";
    button.addEventListener("click", () => {
      sessionStorage.setItem("goop-badge", "off");
      host.remove();
    });
    root.append(button);
    document.documentElement.append(host); // beside the page: it is no part of the page's layout
  }

  showBadge().catch(() => {});
})();
