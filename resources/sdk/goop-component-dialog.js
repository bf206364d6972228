// Questions: the page's own dialog element, or one of ours.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const ui = (Goop.ui = Goop.ui || {});
  let mounted = null; // the page's own dialog: {element, parts, hiddenClass}

  function make(tag, className, text = "") {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  }

  // Ours has the class names of goop-component-dialog.css.
  function ownDialog() {
    const element = make("div", "gc-dialog-backdrop hidden");
    const box = make("div", "gc-dialog");
    const parts = {
      title: make("h2", "gc-dialog-title"), message: make("p", "gc-dialog-message"), inputWrap: make("div", "gc-dialog-input-wrap"),
      input: make("input", "gc-dialog-input"), cancel: make("button", "gc-dialog-cancel"), ok: make("button", "gc-dialog-ok"),
    };
    const body = make("div", "gc-dialog-body");
    const buttons = make("div", "gc-dialog-buttons");
    parts.inputWrap.append(parts.input);
    body.append(parts.message, parts.inputWrap);
    buttons.append(parts.cancel, parts.ok);
    box.append(parts.title, body, buttons);
    element.append(box);
    document.body.append(element);
    return { element, parts, hiddenClass: "hidden" };
  }

  function labelOf(button, given, plain) {
    if (given === false) return null;
    return (given && given.label) || given || plain || button;
  }

  function fill({ parts }, options) {
    const { title = "", message = "", input } = options;
    const ok = labelOf("OK", options.ok, options.okText);
    const cancel = labelOf("Cancel", options.cancel, options.cancelText);
    const isDanger = Boolean((options.ok && options.ok.danger) || options.dangerOk);
    const show = (part, isShown) => { if (part) part.hidden = !isShown; };
    if (parts.title) parts.title.textContent = title;
    if (parts.message) parts.message.textContent = message;
    show(parts.message, Boolean(message));
    show(parts.inputWrap || parts.input, Boolean(input));
    show(parts.ok, ok !== null);
    show(parts.cancel, cancel !== null);
    if (parts.ok) {
      parts.ok.textContent = ok || "";
      parts.ok.classList.toggle("danger", isDanger);
    }
    if (parts.cancel) parts.cancel.textContent = cancel || "";
    if (input && parts.input) {
      const { value = "", placeholder = "", type = "text" } = input;
      Object.assign(parts.input, { value, placeholder, type, autocomplete: "off" });
    }
  }

  function prepare(element) {
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-modal", "true");
  }

  function run(dialog, options) {
    const { element, parts, hiddenClass } = dialog;
    const match = options.input && options.input.match;
    const before = document.activeElement;
    fill(dialog, options);
    prepare(element);
    if (parts.title && parts.title.textContent) element.setAttribute("aria-label", parts.title.textContent);
    element.classList.remove(hiddenClass);
    return new Promise((resolve) => {
      const ending = new AbortController();
      const on = (target, name, fn) => { if (target) target.addEventListener(name, fn, { signal: ending.signal }); };
      const isReady = () => !match || parts.input.value === match;
      const end = (isSure) => {
        if (isSure && !isReady()) return;
        ending.abort();
        element.classList.add(hiddenClass);
        if (before && before.isConnected) before.focus();
        resolve(isSure ? (options.input ? parts.input.value : true) : null);
      };
      const check = () => { if (parts.ok) parts.ok.disabled = !isReady(); };
      on(parts.ok, "click", () => end(true));
      on(parts.cancel, "click", () => end(false));
      on(parts.input, "input", check);
      on(element, "mousedown", (event) => { if (event.target === element) end(false); });
      on(document, "keydown", (event) => {
        if (event.key === "Escape") end(false);
        else if (event.key === "Enter" && event.target === parts.input) { event.preventDefault(); end(true); } else if (event.key === "Tab") keepFocus(event, element);
      });
      check();
      const first = options.input ? parts.input : parts.ok && !parts.ok.hidden ? parts.ok : parts.cancel;
      if (first) first.focus();
      if (options.input) parts.input.select();
    });
  }

  function keepFocus(event, element) {
    const stops = [...element.querySelectorAll("button, input, select, textarea, a[href]")].filter((one) => !one.disabled && one.offsetParent);
    if (!stops.length) return;
    const at = stops.indexOf(document.activeElement);
    const next = event.shiftKey ? (at <= 0 ? stops.length - 1 : at - 1) : (at + 1) % stops.length;
    event.preventDefault();
    stops[next].focus();
  }

  const ask = (options) => run((mounted = mounted || ownDialog()), options);
  const answers = {
    alert: (title, message) => ask({ title, message, cancel: false }),
    confirm: (message, title) => ask({ title: title || "Confirm", message }),
    prompt: (given, value) => {
      const options = typeof given === "string" ? { message: given, value } : given || {};
      const { placeholder, type } = options;
      return ask({ title: "Input", ...options, input: { placeholder, type, value: options.value ?? "" } });
    },
    confirmDanger: (options = {}) => {
      const match = options.match || "DELETE";
      const input = { placeholder: options.placeholder || `Type ${match}`, match };
      return ask({ title: "Confirm", okText: "Delete", ...options, input, dangerOk: true });
    },
  };

  /**
   * Use an element of the page for the questions below; its parts are named by selectors. Given options instead of an
   * element it asks at once: `{title, message, input, ok, cancel}`.
   * @name Goop.ui.dialog
   * @type (element: Element | any, options?: { title?: string, message?: string, inputWrap?: string, input?: string, ok?: string, cancel?: string, hiddenClass?: string }) => any
   * @example const asked = Goop.ui.dialog({ title: "Sure?", message: "It cannot be undone." }); document.querySelector(".gc-dialog-ok").click(); console.assert(await asked === true);
   */
  ui.dialog = (element, options = {}) => {
    if (!(element instanceof Element)) return ask(element || {});
    const names = ["title", "message", "inputWrap", "input", "ok", "cancel"];
    const parts = Object.fromEntries(names.map((name) => [name, options[name] ? element.querySelector(options[name]) : null]));
    mounted = { element, parts, hiddenClass: options.hiddenClass || "hidden" };
    return { ...answers, el: element };
  };

  /**
   * Say something; done when it was read.
   * @name Goop.ui.alert
   * @type (title: string, message?: string) => Promise<any>
   * @example const read = Goop.ui.alert("Done", "All is saved."); document.querySelector(".gc-dialog-ok").click(); await read;
   */
  ui.alert = answers.alert;

  /**
   * A question; true, or null when it was not confirmed.
   * @name Goop.ui.confirm
   * @type (message: string, title?: string) => Promise<true | null>
   * @example const sure = Goop.ui.confirm("Delete this item?"); document.querySelector(".gc-dialog-cancel").click(); console.assert(await sure === null);
   */
  ui.confirm = answers.confirm;

  /**
   * Ask for a text; null when it was not given.
   * @name Goop.ui.prompt
   * @type (options: string | { title?: string, message?: string, value?: string, placeholder?: string }, value?: string) => Promise<string | null>
   * @example const name = Goop.ui.prompt({ message: "New name", value: "Anna" }); document.querySelector(".gc-dialog-ok").click(); console.assert(await name === "Anna");
   */
  ui.prompt = answers.prompt;

  /**
   * A question whose answer must be typed (`match`, else DELETE).
   * @name Goop.ui.confirmDanger
   * @type (options?: { title?: string, message?: string, match?: string }) => Promise<string | null>
   * @example const gone = Goop.ui.confirmDanger({ message: "Drop the table?", match: "opens" }); document.querySelector(".gc-dialog-cancel").click(); await gone;
   */
  ui.confirmDanger = answers.confirmDanger;
})();
