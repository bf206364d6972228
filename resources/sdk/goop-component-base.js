// Building blocks of pages: elements, lists, small views. Load it before the other components.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  if (!document.querySelector("script[data-goop-live]")) {
    const script = document.createElement("script");
    script.src = "/sdk/goop-live.js";
    script.dataset.goopLive = "";
    document.head.append(script);
  }

  // A part of Goop.ui that the preview does not have is named in its log.
  const errors = (Goop._errors = Goop._errors || []);
  const missed = new Set();
  Goop.ui = new Proxy(Goop.ui || {}, {
    get(parts, name) {
      if (!(name in parts) && typeof name === "string" && !name.startsWith("_") && !missed.has(name)) {
        missed.add(name);
        errors.push({ message: `Goop.ui.${name} is not in the preview's SDK; on Goop2 it may be there`, file: "", line: 0, level: "warn" });
      }
      return parts[name];
    },
  });
  const ui = Goop.ui;

  // Styles: a constructed sheet passes Goop2's policy, an inline one does not.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .gc-avatar { border-radius: 50%; vertical-align: middle; object-fit: cover; }
    .gc-empty, .gc-loading { text-align: center; padding: 2rem 1rem; color: var(--goop-muted, var(--muted, #68707c)); }
    .gc-empty-icon { font-size: 2rem; }
    .gc-spinner { width: 1.5rem; height: 1.5rem; margin: 0 auto .5rem; border: 2px solid currentColor; border-right-color: transparent; border-radius: 50%; animation: gc-turn .8s linear infinite; }
    @keyframes gc-turn { to { transform: rotate(1turn); } }
    @media (prefers-reduced-motion: reduce) { .gc-spinner { animation: none; } }
    .gc-grid { display: grid; gap: 1rem; grid-template-columns: repeat(12, minmax(0, 1fr)); }
    .gc-grid[data-goop-gap="none"] { gap: 0; } .gc-grid[data-goop-gap="sm"] { gap: .5rem; } .gc-grid[data-goop-gap="lg"] { gap: 1.5rem; } .gc-grid[data-goop-gap="xl"] { gap: 2rem; }
    ${Array.from({ length: 12 }, (_, at) => `.gc-col-${at + 1} { grid-column: span ${at + 1}; }`).join("\n")}
    @media (max-width: 768px) { ${Array.from({ length: 12 }, (_, at) => `.gc-sm-${at + 1} { grid-column: span ${at + 1}; }`).join("\n")} }
    @media (min-width: 1024px) { ${Array.from({ length: 12 }, (_, at) => `.gc-lg-${at + 1} { grid-column: span ${at + 1}; }`).join("\n")} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  function append(element, child) {
    if (child == null || child === false || child === true) return;
    if (Array.isArray(child)) child.forEach((one) => append(element, one));
    else element.append(child instanceof Node ? child : String(child));
  }

  function setAttribute(element, name, value) {
    if (value == null || value === false) return;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "class") element.className = value;
    else if (name === "data" && typeof value === "object") for (const [key, one] of Object.entries(value)) element.setAttribute(`data-${key}`, one);
    else element.setAttribute(name, value === true ? "" : value);
  }

  /**
   * An element. Attributes: `class`, `data: {id: 5}`, `onclick: fn`, any other. Children: elements, texts (never HTML), arrays.
   * @name Goop.dom
   * @type (tag: string, attributes?: Record<string, any> | null, ...children: any[]) => HTMLElement
   * @example const card = Goop.dom("div", { class: "card", data: { id: 5 } }, Goop.dom("h3", {}, "Title"), "text");
   */
  Goop.dom = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) setAttribute(element, name, value);
    children.forEach((child) => append(element, child));
    return element;
  };

  /**
   * Put other children into an element.
   * @name Goop.render
   * @type (element: Element, ...children: any[]) => void
   * @example Goop.render(document.createElement("main"), Goop.dom("p", {}, "Hello"));
   */
  Goop.render = (element, ...children) => {
    element.replaceChildren();
    children.forEach((child) => append(element, child));
  };

  if (!Goop.list) {
    Goop.list = (element, rows, draw, options = {}) => {
      if (rows && rows.length) Goop.render(element, rows.map(draw));
      else Goop.render(element, typeof options.empty === "string" ? ui.empty(options.empty) : options.empty);
    };
  }

  /**
   * A view for "there is nothing".
   * @name Goop.ui.empty
   * @type (message: string, options?: { icon?: string }) => HTMLElement
   * @example const view = Goop.ui.empty("Nothing here yet", { icon: "🌱" });
   */
  ui.empty = (message, { icon } = {}) =>
    Goop.dom("div", { class: "gc-empty" }, icon && Goop.dom("div", { class: "gc-empty-icon", "aria-hidden": "true" }, icon), Goop.dom("p", {}, message));

  /**
   * A view for "wait a moment".
   * @name Goop.ui.loading
   * @type (message?: string) => HTMLElement
   * @example const view = Goop.ui.loading("Loading …");
   */
  ui.loading = (message) =>
    Goop.dom("div", { class: "gc-loading", role: "status" }, Goop.dom("div", { class: "gc-spinner", "aria-hidden": "true" }), message && Goop.dom("p", {}, message));

  /**
   * A stored moment (UTC) as how long ago it was.
   * @name Goop.ui.time
   * @type (moment: string | number) => string
   * @example console.assert(Goop.ui.time(new Date().toISOString()) === "just now");
   */
  ui.time = (moment) => {
    if (!moment) return "";
    const plain = String(moment).replace(" ", "T");
    const then = new Date(typeof moment === "number" ? moment : /Z$|[+-]\d\d:?\d\d$/.test(plain) ? plain : `${plain}Z`);
    if (Number.isNaN(then.getTime())) return String(moment);
    const seconds = Math.floor((Date.now() - then) / 1000);
    if (seconds < 60) return "just now";
    if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)}h ago`;
    return `${Math.floor(seconds / 86400)}d ago`;
  };

  /**
   * A peer's picture.
   * @name Goop.ui.avatar
   * @type (peerId: string, options?: { size?: number, alt?: string, class?: string }) => HTMLElement
   * @example const picture = Goop.ui.avatar("12D3KooW", { size: 32, alt: "Anna" });
   */
  ui.avatar = (peerId, { size = 24, alt = "", class: more = "" } = {}) =>
    Goop.dom("img", { class: `gc-avatar ${more}`.trim(), src: `/api/avatar/peer/${encodeURIComponent(peerId)}`, alt, width: size, height: size });

  /**
   * `dark` or `light`: what the page says (`data-theme`), else what its background is.
   * @name Goop.ui.theme
   * @type () => string
   * @example const isDark = Goop.ui.theme() === "dark";
   */
  ui.theme = () => {
    const said = document.documentElement.dataset.theme;
    if (said) return said;
    const [red, green, blue, alpha = 1] = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) || []).map(Number);
    if (red === undefined || alpha === 0) return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    return red * 0.299 + green * 0.587 + blue * 0.114 < 128 ? "dark" : "light";
  };

  /**
   * A grid of twelve columns; `col(span, {sm, lg})` adds a cell.
   * @name Goop.ui.grid
   * @type (element: Element, options?: { gap?: string }) => { col(span: number, options?: { sm?: number, lg?: number }): HTMLElement, clear(): void, destroy(): void, el: HTMLElement }
   * @example const grid = Goop.ui.grid(document.createElement("main")); grid.col(6).append("left");
   */
  ui.grid = (element, { gap } = {}) => {
    const el = Goop.dom("div", { class: "gc-grid", "data-goop-gap": gap });
    element.append(el);
    const col = (span, { sm, lg } = {}) => {
      const cell = Goop.dom("div", { class: `gc-col-${span || 12}${sm ? ` gc-sm-${sm}` : ""}${lg ? ` gc-lg-${lg}` : ""}` });
      el.append(cell);
      return cell;
    };
    return { col, clear: () => el.replaceChildren(), destroy: () => el.remove(), el };
  };
})();
