// Data functions and rows of the site, and small helpers for pages.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const place = location.pathname.match(/^\/p\/([^/]+)\//);
  const hostId = place ? place[1] : "";
  const base = hostId ? `/api/p/${hostId}/data` : "/api/data";

  // Errors of the page, kept until goop-live.js has come: the preview's log shows them.
  const errors = (Goop._errors = Goop._errors || []);
  if (!Goop._watchesErrors) {
    Goop._watchesErrors = true;
    const note = (message, file = "", line = 0, level = "error") => errors.push({ message: String(message), file, line, level });
    addEventListener("error", (event) => {
      const tag = event.target !== window && event.target.tagName;
      if (tag) note(`${tag.toLowerCase()} cannot be loaded: ${event.target.src || event.target.href || ""}`);
      else note(event.message, event.filename, event.lineno);
    }, true);
    addEventListener("unhandledrejection", ({ reason }) => {
      const at = String((reason && reason.stack) || "").match(/(https?:\/\/[^\s)]+):(\d+):\d+/);
      note(`not caught: ${(reason && reason.message) || reason}`, at ? at[1] : "", at ? Number(at[2]) : 0);
    });
    document.addEventListener("securitypolicyviolation", (event) => {
      note(`Goop2's policy blocks this (${event.effectiveDirective}): ${event.blockedURI || "inline"}`, event.sourceFile, event.lineNumber);
    });
    const original = console.error;
    console.error = (...words) => {
      original.apply(console, words);
      note(`console.error: ${words.map((word) => (word && word.message) || word).join(" ")}`);
    };
  }
  if (!document.querySelector("script[data-goop-live]")) {
    const script = document.createElement("script");
    script.src = "/sdk/goop-live.js";
    script.dataset.goopLive = "";
    document.head.append(script);
  }

  async function request(path, options) {
    const response = await fetch(path, options);
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  function post(path, body) {
    return request(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }

  // Helpers

  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

  /**
   * Text that can stand in HTML.
   * @name Goop.esc
   * @type (value: any) => string
   * @example console.assert(Goop.esc("<b>") === "&lt;b&gt;");
   */
  Goop.esc = (value) => String(value ?? "").replace(/[&<>"']/g, (one) => ENTITIES[one]);

  function moment(text) {
    if (typeof text === "number") return new Date(text);
    const plain = String(text).replace(" ", "T");
    return new Date(/Z$|[+-]\d\d:?\d\d$/.test(plain) || !plain.includes("T") ? plain : `${plain}Z`);
  }

  /**
   * A stored moment (UTC) as a date in the visitor's language; `options` are those of `toLocaleDateString`.
   * @name Goop.date
   * @type (moment: string | number, options?: Intl.DateTimeFormatOptions) => string
   * @example console.assert(Goop.date("2026-04-02 10:00:00").includes("2026"));
   */
  Goop.date = (text, options) => {
    if (!text) return "";
    const date = moment(text);
    return Number.isNaN(date.getTime()) ? String(text) : date.toLocaleDateString(undefined, options || { year: "numeric", month: "long", day: "numeric" });
  };

  let me = null;

  /**
   * Who looks at the page: `isOwner` at their own site, `isGroup` with a place in the template's group.
   * @name Goop.peer
   * @type () => Promise<{ myId: string, hostId: string, isOwner: boolean, isGroup: boolean, label: string }>
   * @example const { isOwner } = await Goop.peer();
   */
  Goop.peer = () => {
    me = me || findPeer();
    return me;
  };

  async function findPeer() {
    const self = await request("/api/self");
    const isOwner = !hostId || self.id === hostId;
    const found = { myId: self.id, hostId: hostId || self.id, isOwner, isGroup: false, label: self.label || "" };
    if (isOwner) return found;
    const { subscriptions } = await request("/api/groups/subscriptions");
    found.isGroup = (subscriptions || []).some((one) => one.host_peer_id === hostId && one.group_type === "template");
    return found;
  }

  /**
   * Fill an element with rows. `draw(row, index)` gives an element, or HTML (escape it yourself); `options.empty` is shown
   * when there are no rows, `options.actions` are functions `(id, row, button)` for buttons with `data-action`, `options.onRow`
   * hears clicks on elements with `data-id`.
   * @name Goop.list
   * @type (element: Element, rows: any[], draw: string | ((row: any, index: number) => Node | string), options?: { empty?: string | Node, actions?: Record<string, (id: number, row: any, button: Element) => void>, onRow?: (id: number, row: any) => void }) => any
   * @example Goop.list(document.createElement("ul"), [{ _id: 1, text: "Milk" }], (row) => `<li data-id="1">${Goop.esc(row.text)}</li>`);
   */
  Goop.list = Goop.list || ((element, rows, draw, options = {}) => {
    element.replaceChildren();
    if (!rows || rows.length === 0) {
      emptyList(element, options.empty);
      return;
    }
    for (const drawn of rows.map(draw)) {
      if (drawn instanceof Node) element.append(drawn);
      else if (drawn) element.insertAdjacentHTML("beforeend", drawn);
    }
    listenToList(element, rows, options);
  });

  function emptyList(element, empty) {
    if (empty instanceof Node) element.append(empty);
    else if (empty) {
      const view = document.createElement("div");
      view.className = "gc-empty empty-msg";
      view.textContent = empty;
      element.append(view);
    }
  }

  function listenToList(element, rows, { actions = {}, onRow }) {
    const rowOf = (view) => rows.find((row) => String(row._id) === view.dataset.id);
    for (const button of element.querySelectorAll("[data-action]")) {
      const act = actions[button.dataset.action];
      if (act) button.addEventListener("click", (event) => { event.stopPropagation(); act(Number(button.dataset.id), rowOf(button), button); });
    }
    if (!onRow) return;
    for (const view of element.querySelectorAll("[data-id]")) {
      view.addEventListener("click", (event) => { if (!event.target.closest("button")) onRow(Number(view.dataset.id), rowOf(view)); });
    }
  }

  /**
   * An element over the page, hidden by the class `hidden`; it closes by Escape, by a click beside it, and by `data-close`.
   * @name Goop.overlay
   * @type (element: string | Element) => { open(): void, close(): void, el: Element | null }
   * @example const box = Goop.overlay(document.createElement("div")); box.open(); box.close();
   */
  Goop.overlay = (given) => {
    const el = typeof given === "string" ? document.getElementById(given) : given;
    if (!el) return { open() {}, close() {}, el: null };
    let before = null;
    const close = () => {
      el.classList.add("hidden");
      if (before && before.isConnected) before.focus();
    };
    const open = () => {
      before = document.activeElement;
      el.classList.remove("hidden");
      const first = el.querySelector("input, textarea, select, button");
      if (first) first.focus();
    };
    el.addEventListener("mousedown", (event) => { if (event.target === el) close(); });
    for (const button of el.querySelectorAll("[data-close]")) button.addEventListener("click", close);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !el.classList.contains("hidden")) close(); });
    return { open, close, el };
  };

  // Data

  const data = (Goop.data = {});
  const asked = (path, body, options) => post(path, { ...options, ...body });

  /**
   * Call a data function; what it returns is the answer, `error("...")` and a missing function are a rejection.
   * @name Goop.data.call
   * @type (fn: string, params?: Record<string, any>) => Promise<any>
   * @example const { who } = await Goop.data.call("echo", { text: "hello" });
   */
  data.call = (fn, params) => post("/lua/call", { function: fn, params: params || {} });

  /**
   * A data function that is written with `goop.route`, as a function of the action and its params.
   * @name Goop.data.api
   * @type (fn: string) => (action: string, params?: Record<string, any>) => Promise<any>
   * @example const notes = Goop.data.api("notes"); await notes("add", { text: "Milk" });
   */
  data.api = (fn) => (action, params) => data.call(fn, { action, ...params });

  /**
   * The site's data functions.
   * @name Goop.data.functions
   * @type () => Promise<{ name: string, description: string }[]>
   * @example const names = (await Goop.data.functions()).map((one) => one.name);
   */
  data.functions = async () => (await request(`${base}/lua/list`)).functions || [];

  /**
   * What the visitor may do with a table; `permissions` is null for a table without a schema.
   * @name Goop.data.role
   * @type (table: string) => Promise<{ role: string, permissions: { read: boolean, insert: boolean, update: boolean, delete: boolean } | null }>
   * @example const { permissions } = await Goop.data.role("opens");
   */
  data.role = (table) => post("/role", { table });

  /**
   * Rows of a table. Visitors get what the table's access shows them; `order` and `fields` count for the owner only.
   * @name Goop.data.find
   * @type (table: string, options?: { where?: string, args?: any[], fields?: string[], order?: string, limit?: number, offset?: number }) => Promise<any[]>
   * @example const rows = await Goop.data.find("opens", { where: "n > ?", args: [0], limit: 10 });
   */
  data.find = (table, options) => asked("/find", { table }, options);

  /**
   * The older name of `find`.
   * @name Goop.data.query
   * @type (table: string, options?: { where?: string, args?: any[], limit?: number, offset?: number }) => Promise<any[]>
   * @example const rows = await Goop.data.query("opens");
   */
  data.query = (table, options) => asked("/query", { table }, options);

  /**
   * The first row that matches, or null. The owner only, like all that follow up to `aggregate`.
   * @name Goop.data.findOne
   * @type (table: string, options?: { where?: string, args?: any[], fields?: string[] }) => Promise<any | null>
   * @example const row = await Goop.data.findOne("opens", { where: "n = ?", args: [1] });
   */
  data.findOne = (table, options) => asked("/find-one", { table }, options);

  /**
   * The row with that `_id`, or null.
   * @name Goop.data.get
   * @type (table: string, id: number) => Promise<any | null>
   * @example const row = await Goop.data.get("opens", 1);
   */
  data.get = (table, id) => post("/find-one", { table, where: "_id = ?", args: [id] });

  /**
   * The first row whose column has that value, or null.
   * @name Goop.data.getBy
   * @type (table: string, column: string, value: any) => Promise<any | null>
   * @example const row = await Goop.data.getBy("config", "key", "title");
   */
  data.getBy = (table, column, value) => post("/get-by", { table, column, value });

  /**
   * The first rows of a table, all of them without a limit.
   * @name Goop.data.list
   * @type (table: string, limit?: number) => Promise<any[]>
   * @example const rows = await Goop.data.list("opens", 50);
   */
  data.list = (table, limit) => post("/find", { table, limit: limit || 0 });

  /**
   * One column of the rows that match.
   * @name Goop.data.pluck
   * @type (table: string, column: string, options?: { where?: string, args?: any[], order?: string, limit?: number }) => Promise<any[]>
   * @example const texts = await Goop.data.pluck("opens", "text", { order: "_id" });
   */
  data.pluck = (table, column, options) => asked("/pluck", { table, column }, options);

  /**
   * The different values of a column.
   * @name Goop.data.distinct
   * @type (table: string, column: string, options?: { where?: string, args?: any[] }) => Promise<any[]>
   * @example const numbers = await Goop.data.distinct("opens", "n");
   */
  data.distinct = (table, column, options) => asked("/distinct", { table, column }, options);

  /**
   * Does any row match?
   * @name Goop.data.exists
   * @type (table: string, options?: { where?: string, args?: any[] }) => Promise<boolean>
   * @example const isThere = await Goop.data.exists("opens", { where: "n = 1" });
   */
  data.exists = async (table, options) => (await asked("/exists", { table }, options)).exists;

  /**
   * How many rows match.
   * @name Goop.data.count
   * @type (table: string, options?: { where?: string, args?: any[] }) => Promise<number>
   * @example const n = await Goop.data.count("opens");
   */
  data.count = async (table, options) => (await asked("/count", { table }, options)).count;

  /**
   * Computed rows: one, or one for each group.
   * @name Goop.data.aggregate
   * @type (table: string, expression: string, options?: { where?: string, args?: any[], group_by?: string }) => Promise<any[]>
   * @example const [{ total }] = await Goop.data.aggregate("opens", "SUM(n) AS total");
   */
  data.aggregate = (table, expr, options) => asked("/aggregate", { table, expr }, options);

  /**
   * Insert a row of the visitor's own.
   * @name Goop.data.insert
   * @type (table: string, row: Record<string, any>) => Promise<{ status: string, id: number }>
   * @example const { id } = await Goop.data.insert("opens", { text: "Bread" });
   */
  data.insert = (table, row) => post("/insert", { table, data: row });

  /**
   * Change columns of one row.
   * @name Goop.data.update
   * @type (table: string, id: number, row: Record<string, any>) => Promise<{ status: string }>
   * @example await Goop.data.update("opens", 1, { n: 5 });
   */
  data.update = (table, id, row) => post("/update", { table, id, data: row });

  /**
   * Delete one row.
   * @name Goop.data.remove
   * @type (table: string, id: number) => Promise<{ status: string }>
   * @example await Goop.data.remove("opens", 2);
   */
  data.remove = (table, id) => post("/delete", { table, id });

  /**
   * Change columns of all rows that match; the owner only.
   * @name Goop.data.updateWhere
   * @type (table: string, row: Record<string, any>, options: { where: string, args?: any[] }) => Promise<{ affected: number }>
   * @example await Goop.data.updateWhere("opens", { n: 0 }, { where: "n > 5" });
   */
  data.updateWhere = (table, row, options) => asked("/update-where", { table, data: row }, options);

  /**
   * Delete all rows that match; the owner only.
   * @name Goop.data.deleteWhere
   * @type (table: string, options: { where: string, args?: any[] }) => Promise<{ affected: number }>
   * @example await Goop.data.deleteWhere("opens", { where: "n > 99" });
   */
  data.deleteWhere = (table, options) => asked("/delete-where", { table }, options);

  /**
   * Update the row with that key, or insert it; the owner only.
   * @name Goop.data.upsert
   * @type (table: string, keyColumn: string, row: Record<string, any>) => Promise<{ status: string, id: number }>
   * @example await Goop.data.upsert("config", "key", { key: "title", value: "Ours" });
   */
  data.upsert = (table, keyColumn, row) => post("/upsert", { table, key_col: keyColumn, data: row });

  /**
   * The site's tables; `mode` is `orm` or `classic`.
   * @name Goop.data.tables
   * @type () => Promise<{ name: string, insert_policy: string, mode: string }[]>
   * @example const names = (await Goop.data.tables()).map((one) => one.name);
   */
  data.tables = () => request(`${base}/tables`);

  /**
   * A table's schema, or the columns of a classic table.
   * @name Goop.data.describe
   * @type (table: string) => Promise<{ mode: string, schema?: any, columns?: any[] }>
   * @example const { schema } = await Goop.data.describe("opens");
   */
  data.describe = (table) => post("/tables/describe", { table });

  /**
   * The schemas of all tables that have one.
   * @name Goop.data.schemas
   * @type () => Promise<any[]>
   * @example const schemas = await Goop.data.schemas();
   */
  data.schemas = () => request(`${base}/orm-schema`);

  /**
   * Make a table; the owner only. With a `key`, `required` or `auto` column it is one with a schema.
   * @name Goop.data.createTable
   * @type (name: string, columns: any[]) => Promise<{ status: string, table: string, mode: string }>
   * @example await Goop.data.createTable("extra", [{ name: "text", type: "TEXT" }]);
   */
  data.createTable = (name, columns) => post("/tables/create", { name, columns });

  /**
   * Widen a table; the owner only.
   * @name Goop.data.addColumn
   * @type (table: string, column: { name: string, type: string, not_null?: boolean, default?: any }) => Promise<{ status: string }>
   * @example await Goop.data.addColumn("extra", { name: "n", type: "INTEGER" });
   */
  data.addColumn = (table, column) => post("/tables/add-column", { table, column });

  /**
   * Delete a table with its rows; the owner only.
   * @name Goop.data.dropTable
   * @type (table: string) => Promise<{ status: string }>
   * @example await Goop.data.dropTable("extra");
   */
  data.dropTable = (table) => post("/tables/delete", { table });

  // Handles

  function allowed(level, peer) {
    return level === "open" || (peer.isOwner && level !== undefined) || (level === "group" && peer.isGroup);
  }

  function validate(columns, row) {
    const errors = [];
    for (const { name, required, type } of columns) {
      const value = row[name];
      if (required && (value == null || value === "")) errors.push(`${name} is required`);
      else if (value != null && type === "integer" && typeof value !== "number") errors.push(`${name} must be a number`);
    }
    return { valid: errors.length === 0, errors };
  }

  const BOUND = ["find", "findOne", "get", "getBy", "list", "pluck", "distinct", "exists", "count", "aggregate",
    "insert", "update", "remove", "updateWhere", "deleteWhere", "upsert"];

  /**
   * A table with its columns and access, and the calls above without the table's name.
   * @name Goop.data.orm
   * @type (table: string) => Promise<any>
   * @example const opens = await Goop.data.orm("opens"); const rows = await opens.find({ limit: 5 });
   */
  data.orm = async (table) => {
    const [info, peer] = await Promise.all([data.describe(table), Goop.peer()]);
    const { name = table, columns = info.columns || [], access = {}, system_key = false, context = false } = info.schema || {};
    const bound = Object.fromEntries(BOUND.map((call) => [call, (...rest) => data[call](table, ...rest)]));
    return {
      name, columns, access, system_key, context, ...bound,
      canInsert: allowed(access.insert, peer),
      canUpdate: allowed(access.update, peer),
      canDelete: allowed(access.delete, peer),
      validate: (row) => validate(columns, row),
      form: (element, options) => drawForm(element, columns, options),
      table: (element, rows, options) => drawTable(element, columns, rows, options),
    };
  };

  const SYSTEM = new Set(["_id", "_owner", "_owner_email", "_created_at", "_updated_at"]);

  function node(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function shownColumns(columns, { exclude = [] } = {}) {
    return columns.filter((one) => !SYSTEM.has(one.name) && !exclude.includes(one.name));
  }

  function drawForm(element, columns, options = {}) {
    const { values = {}, labels = {}, submitLabel = "Save", onSave } = options;
    const form = node("form", { className: "orm-form" });
    for (const column of shownColumns(columns, options).filter((one) => !one.auto)) {
      const value = values[column.name] ?? column.default ?? "";
      const type = column.type === "integer" || column.type === "real" ? "number" : "text";
      const input = column.values && column.values.length
        ? node("select", {}, node("option", { value: "" }, "— choose —"), ...column.values.map((one) => node("option", { value: one.key }, one.label || one.key)))
        : node("input", { type, step: column.type === "real" ? "any" : "" });
      Object.assign(input, { value, required: Boolean(column.required) });
      input.dataset.col = column.name;
      form.append(node("label", { className: "orm-field" }, labels[column.name] || column.name, input));
    }
    if (submitLabel !== false) form.append(node("div", { className: "orm-btns" }, node("button", { className: "orm-submit" }, submitLabel)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const row = Object.fromEntries([...form.querySelectorAll("[data-col]")].map((input) => [input.dataset.col, input.type === "number" && input.value !== "" ? Number(input.value) : input.value]));
      if (onSave) onSave(row);
    });
    element.replaceChildren(form);
  }

  function drawTable(element, columns, rows, options = {}) {
    const { labels = {}, actions = {}, onRow, showId } = options;
    const shown = [...(showId ? [{ name: "_id" }] : []), ...shownColumns(columns, options)];
    const buttons = [["edit", "Edit"], ["remove", "Delete"]].filter(([name]) => actions[name]);
    const head = node("tr", {}, ...shown.map((one) => node("th", { scope: "col" }, labels[one.name] || one.name)), ...(buttons.length ? [node("th")] : []));
    const body = rows.map((row) => {
      const cells = shown.map((one) => node("td", {}, String(row[one.name] ?? "")));
      const tools = buttons.map(([name, text]) => node("button", { type: "button", onclick: () => actions[name](row._id, row) }, text));
      const line = node("tr", {}, ...cells, ...(tools.length ? [node("td", { className: "orm-actions" }, ...tools)] : []));
      line.dataset.id = row._id;
      if (onRow) line.addEventListener("click", (event) => { if (!event.target.closest("button")) onRow(row._id, row); });
      return line;
    });
    element.replaceChildren(node("table", { className: "orm-table" }, node("thead", {}, head), node("tbody", {}, ...body)));
  }

  /**
   * A table of settings: with the columns `key` and `value`, or one row of settings. The values are properties; `set` writes.
   * @name Goop.data.config
   * @type (table: string, defaults?: Record<string, any>) => Promise<any>
   * @example const config = await Goop.data.config("config", { title: "My site" }); await config.set("title", "Ours");
   */
  data.config = async (table, defaults = {}) => {
    const { schema = {} } = await data.describe(table);
    const names = new Set((schema.columns || []).map((column) => column.name));
    const isKeyed = names.has("key") && names.has("value");
    const values = { ...defaults };
    const rows = await data.find(table, isKeyed ? {} : { order: "_id DESC" });
    const newest = rows.reduce((last, row) => (!last || row._id > last._id ? row : last), null);
    if (isKeyed) for (const row of rows) values[row.key] = row.value;
    else if (newest) for (const name of names) if (newest[name] != null) values[name] = newest[name];
    const config = {
      get: (key) => values[key],
      async set(key, value) {
        if (isKeyed) await data.upsert(table, "key", { key, value: String(value) });
        else if (newest) await data.update(table, newest._id, { [key]: value });
        else await data.insert(table, { [key]: value });
        values[key] = value;
        show(key);
      },
    };
    const show = (key) => {
      if (!(key in config)) Object.defineProperty(config, key, { get: () => values[key], enumerable: true });
    };
    Object.keys(values).forEach(show);
    return config;
  };
})();
