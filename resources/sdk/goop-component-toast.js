// Short messages at the edge of the page.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const ui = (Goop.ui = Goop.ui || {});
  const LEAVING = 300; // ms of the exit class

  /**
   * A function that shows messages in an element: a text, or `{title, message, duration}` (ms, 0: until it is removed).
   * It has `success`, `error`, `warning` and `info`, each with a text.
   * @name Goop.ui.toast
   * @type (element: Element, options?: { toastClass?: string, titleClass?: string, messageClass?: string, enterClass?: string, exitClass?: string, duration?: number }) => any
   * @example const toast = Goop.ui.toast(document.createElement("div"), { toastClass: "gc-toast" }); toast("Saved!"); toast.error("Too long");
   */
  ui.toast = (element, options = {}) => {
    const { toastClass = "", titleClass = "", messageClass = "", enterClass = "", exitClass = "", duration = 4000 } = options;
    if (!element.hasAttribute("role")) element.setAttribute("role", "status");

    function line(className, text) {
      const view = document.createElement("div");
      view.className = className;
      view.textContent = text;
      return view;
    }

    function show(given) {
      const { title, message, duration: ms = duration } = typeof given === "string" ? { message: given } : given || {};
      const view = document.createElement("div");
      view.className = toastClass;
      if (title) view.append(line(titleClass, title));
      if (message) view.append(line(messageClass, message));
      element.append(view);
      if (enterClass) requestAnimationFrame(() => view.classList.add(enterClass));
      if (ms > 0) setTimeout(() => leave(view), ms);
      return view;
    }

    function leave(view) {
      if (enterClass) view.classList.remove(enterClass);
      if (exitClass) view.classList.add(exitClass);
      setTimeout(() => view.remove(), LEAVING);
    }

    const kinds = { success: ["✓ Success", 3000], error: ["✗ Error", 5000], warning: ["⚠ Warning", 4000], info: ["ℹ Info", 4000] };
    for (const [kind, [title, ms]] of Object.entries(kinds)) show[kind] = (message) => show({ title, message, duration: ms });
    return Object.assign(show, { el: element, destroy: () => element.replaceChildren() });
  };
})();
