// Partials: pieces of HTML in the site's folder partials/, filled with data.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const place = location.pathname.match(/^\/p\/[^/]+/);
  const folder = `${place ? place[0] : ""}/partials/`;
  const texts = new Map(); // name -> promise of the file's text

  function load(name) {
    if (!texts.has(name)) {
      const text = fetch(`${folder}${encodeURIComponent(name)}.html`).then((response) => {
        if (!response.ok) throw new Error(`partial not found: ${name}`);
        return response.text();
      });
      text.catch(() => texts.delete(name));
      texts.set(name, text);
    }
    return texts.get(name);
  }

  // "{{#if a}}x{{#each b}}{{c}}{{/each}}{{/if}}" becomes a tree of texts, values and blocks.
  const TAG = /\{\{\{\s*([\w.@]+)\s*\}\}\}|\{\{\s*(#if|#unless|#each)\s+([\w.@]+)\s*\}\}|\{\{\s*\/(if|unless|each)\s*\}\}|\{\{\s*(else)\s*\}\}|\{\{\s*([\w.@]+)\s*\}\}/g;

  function parse(text) {
    const root = { parts: [] };
    const open = [root];
    let from = 0;
    for (const match of text.matchAll(TAG)) {
      const [whole, raw, block, key, end, other, plain] = match;
      const here = open.at(-1);
      here.parts.push(text.slice(from, match.index));
      from = match.index + whole.length;
      if (raw || plain) here.parts.push({ kind: "value", key: raw || plain, isRaw: Boolean(raw) });
      else if (block) {
        const made = { kind: block.slice(1), key, parts: [], then: null };
        here.parts.push(made);
        open.push(made);
      } else if (other && here !== root) Object.assign(here, { then: here.parts, parts: [] });
      else if (end && here.kind === end) open.pop();
      else throw new Error(`a partial has ${whole} in a wrong place`);
    }
    if (open.length > 1) throw new Error(`a partial has no {{/${open.at(-1).kind}}} for {{#${open.at(-1).kind} ${open.at(-1).key}}}`);
    root.parts.push(text.slice(from));
    return root.parts;
  }

  function valueOf(key, data) {
    if (key === "." || key === "this") return data !== null && typeof data === "object" && "." in data ? data["."] : data;
    if (key === "@index") return data._index;
    return key.split(".").reduce((value, part) => (value == null ? undefined : value[part]), data);
  }

  const isThere = (value) => !(value == null || value === false || value === 0 || value === "" || (Array.isArray(value) && value.length === 0));
  const escape = (value) => String(value ?? "").replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

  function fill(parts, data) {
    return parts.map((part) => (typeof part === "string" ? part : fillPart(part, data))).join("");
  }

  function fillPart(part, data) {
    const value = valueOf(part.key, data);
    if (part.kind === "value") return part.isRaw ? String(value ?? "") : escape(value);
    if (part.kind === "each") {
      const items = Array.isArray(value) ? value : [];
      return items.map((item, at) => fill(part.parts, item !== null && typeof item === "object" ? { ...item, _index: at } : { ".": item, _index: at })).join("");
    }
    const [yes, no] = part.then ? [part.then, part.parts] : [part.parts, []];
    return fill(isThere(value) === (part.kind === "if") ? yes : no, data);
  }

  function element(html) {
    const made = document.createElement("template");
    made.innerHTML = html.trim();
    if (made.content.children.length === 1) return made.content.children[0];
    const wrap = document.createElement("div");
    wrap.append(made.content);
    return wrap;
  }

  /**
   * An element made from `partials/NAME.html`: `{{name}}` is text, `{{{name}}}` HTML; blocks are `{{#if}}`, `{{#unless}}`, `{{#each}}`.
   * @name Goop.partial
   * @type (name: string, data?: any) => Promise<HTMLElement>
   * @example const item = await Goop.partial("note", { text: "Milk" }); console.assert(item.textContent === "Milk");
   */
  Goop.partial = async (name, data = {}) => element(fill(parse(await load(name)), data));

  /**
   * Load partials before they are needed.
   * @name Goop.preload
   * @type (...names: string[]) => Promise<any>
   * @example await Goop.preload("note");
   */
  Goop.preload = (...names) => Promise.all(names.map(load));

  // Goop.list takes a partial's name too.
  const listOfElements = Goop.list;
  Goop.list = (target, rows, draw, options = {}) => {
    if (typeof draw !== "string") return listOfElements(target, rows, draw, options);
    return Promise.all((rows || []).map((row) => Goop.partial(draw, row))).then((views) => {
      if (views.length) listOfElements(target, rows, (_row, at) => views[at], options);
      else listOfElements(target, [], () => null, options);
    });
  };
})();
