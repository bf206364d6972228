// Forms from a list of fields, saved as rows. Load goop-data.js and goop-identity.js before it.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  let made = 0;

  function node(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // One maker a type: {view, get(), set(value)}.
  const input = (type) => (field, id) => {
    const box = node("input", { id, type, className: "gform-input", placeholder: field.placeholder || "", required: Boolean(field.required), step: "any" });
    return { view: box, get: () => box.value, set: (value) => { box.value = value; } };
  };
  const makers = {
    text: input("text"), number: input("number"), email: input("email"), date: input("date"),
    textarea(field, id) {
      const box = node("textarea", { id, className: "gform-textarea", placeholder: field.placeholder || "", required: Boolean(field.required) });
      return { view: box, get: () => box.value, set: (value) => { box.value = value; } };
    },
    select(field, id) {
      const options = [["", "— choose —"], ...optionsOf(field)].map(([value, text]) => node("option", { value }, text));
      const box = node("select", { id, className: "gform-select", required: Boolean(field.required) }, ...options);
      return { view: box, get: () => box.value, set: (value) => { box.value = value; } };
    },
    radio(field, id) {
      const boxes = optionsOf(field).map(([value]) => node("input", { type: "radio", name: id, value, required: Boolean(field.required) }));
      const view = node("div", { className: "gform-radio-group" }, ...optionsOf(field).map(([, text], at) => node("label", {}, boxes[at], ` ${text}`)));
      view.setAttribute("role", "radiogroup");
      view.setAttribute("aria-label", field.label || field.name);
      return { view, get: () => (boxes.find((box) => box.checked) || { value: "" }).value, set: (value) => { for (const box of boxes) box.checked = box.value === value; } };
    },
    checkbox(field, id) {
      const box = node("input", { id, type: "checkbox" });
      const view = node("label", { className: "gform-checkbox-wrap" }, box, ` ${field.label || field.name}`);
      return { view, get: () => (box.checked ? "1" : "0"), set: (value) => { box.checked = ["1", "true"].includes(String(value)); } };
    },
  };

  function optionsOf({ options = [] }) {
    return options.map((one) => (typeof one === "object" ? [String(one.value ?? one.key), one.label ?? String(one.value ?? one.key)] : [String(one), String(one)]));
  }

  function fieldView(field) {
    const id = `gform-${(made += 1)}-${field.name}`;
    const control = (makers[field.type] || makers.text)(field, id);
    const label = field.type === "checkbox" ? [] : [node("label", { className: "gform-label", htmlFor: id }, field.label || field.name)];
    return { ...control, name: field.name, row: node("div", { className: "gform-field" }, ...label, control.view) };
  }

  // The list of fields leads: the owner's page makes the table, or widens it.
  async function ensureTable(table, fields) {
    const { isOwner } = await Goop.peer();
    if (!isOwner) return;
    const column = ({ name }) => ({ name, type: "TEXT", default: "" });
    const tables = await Goop.data.tables();
    if (!tables.some((one) => one.name === table)) {
      await Goop.data.createTable(table, fields.map(column));
      return;
    }
    const { columns, schema } = await Goop.data.describe(table);
    if (schema) return; // its columns are the schema's
    const have = new Set(columns.map((one) => one.name));
    for (const field of fields.filter((one) => !have.has(one.name))) await Goop.data.addColumn(table, column(field));
  }

  async function ownRow(table) {
    const { myId } = await Goop.peer();
    const rows = await Goop.data.query(table, { where: "_owner = ?", args: [myId], limit: 1 });
    return rows[0] || null;
  }

  Goop.form = {};

  /**
   * A form that saves a row. Field types: text, textarea, number, email, date, select, radio, checkbox. With `singleResponse` a visitor
   * has one row, which the form shows and changes.
   * @name Goop.form.render
   * @type (element: Element, options: { table: string, fields: { name: string, label?: string, type?: string, required?: boolean, placeholder?: string, options?: any[] }[], submitLabel?: string, singleResponse?: boolean, onDone?: () => void }) => Promise<void>
   * @example await Goop.form.render(document.createElement("div"), { table: "opens", fields: [{ name: "text", label: "What?", required: true }], submitLabel: "Send" });
   */
  Goop.form.render = async (element, options) => {
    const { table, fields = [], submitLabel = "Submit", singleResponse = false, onDone } = options;
    await ensureTable(table, fields);
    let row = singleResponse ? await ownRow(table) : null;
    const views = fields.map(fieldView);
    const status = node("div", { className: "gform-status" });
    status.setAttribute("role", "status");
    const button = node("button", { className: "primary" }, row ? "Update" : submitLabel);
    const form = node("form", { className: "gform-wrap" }, ...views.map((view) => view.row), node("div", { className: "gform-btns" }, button), status);
    if (row) for (const view of views) view.set(row[view.name] ?? "");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(views.map((view) => [view.name, view.get()]));
      button.disabled = true;
      status.textContent = "Saving …";
      try {
        if (row) await Goop.data.update(table, row._id, values);
        else {
          const { id } = await Goop.data.insert(table, values);
          if (singleResponse) row = { _id: id };
          else form.reset();
        }
        button.textContent = row ? "Update" : submitLabel;
        status.textContent = "Saved.";
        if (onDone) onDone();
      } catch (error) {
        status.textContent = `Not saved: ${error.message}`;
      }
      button.disabled = false;
    });
    element.replaceChildren(form);
  };
})();
