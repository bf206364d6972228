// Lists whose items are dragged: by pointer, and by Alt with an arrow key.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const FAR = 5; // px that a pointer moves before it drags
  const CONTROLS = "button, a, input, textarea, select, [contenteditable]";
  let lists = [];

  const isDirect = (list, item) => item && item.parentElement === list.container;
  const itemsOf = (list) => [...list.container.children].filter((one) => one.matches(list.items) && !one.classList.contains("goop-drag-placeholder"));
  const partners = (list) => (list.group ? lists.filter((one) => one.group === list.group) : [list]);

  function under(list, x, y) {
    return partners(list).find(({ container }) => {
      const box = container.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
  }

  function after(list, dragged, x, y) {
    const across = list.direction === "horizontal";
    return itemsOf(list).find((item) => {
      if (item === dragged) return false;
      const box = item.getBoundingClientRect();
      return across ? x < box.left + box.width / 2 : y < box.top + box.height / 2;
    }) || null;
  }

  class Drag {
    constructor(list, item, event) {
      Object.assign(this, { list, item, target: list, startX: event.clientX, startY: event.clientY, isMoving: false });
      this.oldIndex = itemsOf(list).indexOf(item);
      this.next = item.nextSibling;
      this.ending = new AbortController();
      const on = (name, fn) => document.addEventListener(name, fn, { signal: this.ending.signal });
      on("pointermove", (moved) => this.move(moved));
      on("pointerup", () => this.end(false));
      on("pointercancel", () => this.end(true));
      on("keydown", (pressed) => { if (pressed.key === "Escape") this.end(true); });
    }

    begin() {
      this.isMoving = true;
      const box = this.item.getBoundingClientRect();
      this.placeholder = document.createElement("div");
      this.placeholder.className = "goop-drag-placeholder";
      this.placeholder.style.height = `${box.height}px`;
      if (this.list.direction === "horizontal") this.placeholder.style.width = `${box.width}px`;
      this.ghost = this.item.cloneNode(true);
      this.ghost.classList.add("goop-drag-ghost");
      Object.assign(this.ghost.style, { width: `${box.width}px`, height: `${box.height}px`, left: `${box.left}px`, top: `${box.top}px` });
      document.body.append(this.ghost);
      this.item.before(this.placeholder);
      this.item.classList.add("goop-drag-source");
      document.body.classList.add("goop-drag-active");
      this.list.onStart?.({ item: this.item, container: this.list.container, index: this.oldIndex });
    }

    move(event) {
      const { clientX: x, clientY: y } = event;
      if (!this.isMoving && Math.hypot(x - this.startX, y - this.startY) < FAR) return;
      if (!this.isMoving) this.begin();
      event.preventDefault();
      this.ghost.style.transform = `translate(${x - this.startX}px, ${y - this.startY}px)`;
      const list = under(this.list, x, y);
      if (!list) return;
      this.target.container.classList.remove("goop-drag-over");
      this.target = list;
      list.container.classList.add("goop-drag-over");
      list.container.insertBefore(this.placeholder, after(list, this.item, x, y));
      this.list.onMove?.(this.facts());
    }

    facts() {
      const { item, list, target, oldIndex } = this;
      return { item, from: list.container, to: target.container, oldIndex, newIndex: itemsOf(target).indexOf(item) };
    }

    end(isCancelled) {
      this.ending.abort();
      if (!this.isMoving) return;
      if (!isCancelled) this.placeholder.replaceWith(this.item);
      this.placeholder.remove();
      this.ghost.remove();
      this.item.classList.remove("goop-drag-source");
      this.target.container.classList.remove("goop-drag-over");
      document.body.classList.remove("goop-drag-active");
      if (isCancelled) this.list.onCancel?.({ item: this.item, container: this.list.container, index: this.oldIndex });
      else this.list.onEnd?.(this.facts());
    }
  }

  function onPointerDown(list, event) {
    if (event.button !== 0 || (list.handle && !event.target.closest(list.handle))) return;
    const item = event.target.closest(list.items);
    const control = event.target.closest(CONTROLS);
    if (!isDirect(list, item) || (control && control !== item && !list.handle)) return;
    new Drag(list, item, event);
  }

  // Alt with an arrow key moves an item that has the focus, also to the list beside.
  function onKey(list, event) {
    const item = event.target.closest(list.items);
    if (!event.altKey || !isDirect(list, item) || !event.key.startsWith("Arrow")) return;
    const across = list.direction === "horizontal";
    const back = event.key === "ArrowUp" || event.key === "ArrowLeft";
    const isAlong = across === (event.key === "ArrowLeft" || event.key === "ArrowRight");
    const all = partners(list);
    const target = isAlong ? list : all[all.indexOf(list) + (back ? -1 : 1)];
    const oldIndex = itemsOf(list).indexOf(item);
    if (!target) return;
    event.preventDefault();
    if (isAlong) {
      const other = itemsOf(list)[oldIndex + (back ? -1 : 1)];
      if (!other) return;
      if (back) other.before(item);
      else other.after(item);
    } else target.container.append(item);
    item.focus();
    list.onEnd?.({ item, from: list.container, to: target.container, oldIndex, newIndex: itemsOf(target).indexOf(item) });
  }

  Goop.drag = {};

  /**
   * Let the items of a list be sorted, and moved between lists of one `group`. `onEnd` gets `{item, from, to, oldIndex, newIndex}`.
   * @name Goop.drag.sortable
   * @type (container: Element, options?: { items?: string, handle?: string, group?: string, direction?: string, onStart?: (event: any) => void, onMove?: (event: any) => void, onEnd?: (event: any) => void, onCancel?: (event: any) => void }) => { container: Element, group: string | undefined, destroy(): void }
   * @example const list = Goop.drag.sortable(document.createElement("ul"), { items: "li", onEnd({ newIndex }) { console.log(newIndex); } }); list.destroy();
   */
  Goop.drag.sortable = (container, options = {}) => {
    const { direction = "vertical", ...rest } = options;
    const list = { ...rest, container, direction, items: (options.items || "*").replace(/^\s*>\s*/, "") };
    const down = (event) => onPointerDown(list, event);
    const key = (event) => onKey(list, event);
    container.addEventListener("pointerdown", down);
    container.addEventListener("keydown", key);
    lists.push(list);
    const destroy = () => {
      lists = lists.filter((one) => one !== list);
      container.removeEventListener("pointerdown", down);
      container.removeEventListener("keydown", key);
    };
    return { container, group: options.group, destroy };
  };
})();
