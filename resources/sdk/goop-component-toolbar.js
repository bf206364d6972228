// Buttons of which one, or several, are on.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const ui = (Goop.ui = Goop.ui || {});

  /**
   * Make the buttons in an element a choice: their `idAttr` (`data-id`) says what each stands for. With `options.buttons`
   * (`{id, label, title, disabled}`) the buttons are made.
   * @name Goop.ui.toolbar
   * @type (element: Element, options?: { idAttr?: string, activeClass?: string, active?: string | string[], multi?: boolean, buttons?: { id: string, label?: string, title?: string, disabled?: boolean }[], onChange?: (value: any) => void }) => { getValue(): any, setValue(value: any): void, destroy(): void, el: Element }
   * @example const bar = Goop.ui.toolbar(document.createElement("div"), { buttons: [{ id: "list" }, { id: "grid" }], active: "list" }); bar.setValue("grid"); console.assert(bar.getValue() === "grid");
   */
  ui.toolbar = (element, options = {}) => {
    const { activeClass = "active", multi = false, buttons, buttonClass = "", onChange } = options;
    const attribute = options.idAttr || (buttons ? "data-goop-id" : "data-id");
    if (buttons) element.append(...buttons.map(makeButton));
    const all = () => [...element.querySelectorAll(`[${attribute}]`)];
    const idOf = (button) => button.getAttribute(attribute);
    const first = buttons && !multi && options.active === undefined ? [buttons[0] && buttons[0].id] : [];
    let active = new Set(options.active === undefined ? first : [].concat(options.active));

    function makeButton({ id, label, title = "", disabled = false }) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label || id, title, disabled, className: buttonClass });
      button.setAttribute(attribute, id);
      return button;
    }

    function show() {
      for (const button of all()) {
        const isOn = active.has(idOf(button));
        button.classList.toggle(activeClass, isOn);
        button.toggleAttribute("data-goop-active", isOn);
        button.setAttribute("aria-pressed", String(isOn));
      }
    }

    const getValue = () => (multi ? [...active] : [...active][0] ?? "");

    function onClick(event) {
      const button = event.target.closest(`[${attribute}]`);
      if (!button || button.disabled) return;
      const id = idOf(button);
      if (!multi) active = new Set([id]);
      else if (!active.delete(id)) active.add(id);
      show();
      element.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { value: getValue() } }));
      if (onChange) onChange(getValue());
    }

    element.addEventListener("click", onClick);
    show();
    return {
      getValue,
      setValue(value) { active = new Set([].concat(value)); show(); },
      setButtonDisabled(id, isDisabled) { for (const button of all()) if (idOf(button) === id) button.disabled = Boolean(isDisabled); },
      destroy() { element.removeEventListener("click", onClick); if (buttons) all().forEach((button) => button.remove()); },
      el: element,
    };
  };
})();
