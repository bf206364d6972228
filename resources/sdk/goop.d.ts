// The types of Goop's JavaScript SDK, made from its files (make api-docs).

interface GoopData {
  /** Call a data function; what it returns is the answer, `error("...")` and a missing function are a rejection. */
  call: (fn: string, params?: Record<string, any>) => Promise<any>;
  /** A data function that is written with `goop.route`, as a function of the action and its params. */
  api: (fn: string) => (action: string, params?: Record<string, any>) => Promise<any>;
  /** The site's data functions. */
  functions: () => Promise<{ name: string, description: string }[]>;
  /** What the visitor may do with a table; `permissions` is null for a table without a schema. */
  role: (table: string) => Promise<{ role: string, permissions: { read: boolean, insert: boolean, update: boolean, delete: boolean } | null }>;
  /** Rows of a table. Visitors get what the table's access shows them; `order` and `fields` count for the owner only. */
  find: (table: string, options?: { where?: string, args?: any[], fields?: string[], order?: string, limit?: number, offset?: number }) => Promise<any[]>;
  /** The older name of `find`. */
  query: (table: string, options?: { where?: string, args?: any[], limit?: number, offset?: number }) => Promise<any[]>;
  /** The first row that matches, or null. The owner only, like all that follow up to `aggregate`. */
  findOne: (table: string, options?: { where?: string, args?: any[], fields?: string[] }) => Promise<any | null>;
  /** The row with that `_id`, or null. */
  get: (table: string, id: number) => Promise<any | null>;
  /** The first row whose column has that value, or null. */
  getBy: (table: string, column: string, value: any) => Promise<any | null>;
  /** The first rows of a table, all of them without a limit. */
  list: (table: string, limit?: number) => Promise<any[]>;
  /** One column of the rows that match. */
  pluck: (table: string, column: string, options?: { where?: string, args?: any[], order?: string, limit?: number }) => Promise<any[]>;
  /** The different values of a column. */
  distinct: (table: string, column: string, options?: { where?: string, args?: any[] }) => Promise<any[]>;
  /** Does any row match? */
  exists: (table: string, options?: { where?: string, args?: any[] }) => Promise<boolean>;
  /** How many rows match. */
  count: (table: string, options?: { where?: string, args?: any[] }) => Promise<number>;
  /** Computed rows: one, or one for each group. */
  aggregate: (table: string, expression: string, options?: { where?: string, args?: any[], group_by?: string }) => Promise<any[]>;
  /** Insert a row of the visitor's own. */
  insert: (table: string, row: Record<string, any>) => Promise<{ status: string, id: number }>;
  /** Change columns of one row. */
  update: (table: string, id: number, row: Record<string, any>) => Promise<{ status: string }>;
  /** Delete one row. */
  remove: (table: string, id: number) => Promise<{ status: string }>;
  /** Change columns of all rows that match; the owner only. */
  updateWhere: (table: string, row: Record<string, any>, options: { where: string, args?: any[] }) => Promise<{ affected: number }>;
  /** Delete all rows that match; the owner only. */
  deleteWhere: (table: string, options: { where: string, args?: any[] }) => Promise<{ affected: number }>;
  /** Update the row with that key, or insert it; the owner only. */
  upsert: (table: string, keyColumn: string, row: Record<string, any>) => Promise<{ status: string, id: number }>;
  /** The site's tables; `mode` is `orm` or `classic`. */
  tables: () => Promise<{ name: string, insert_policy: string, mode: string }[]>;
  /** A table's schema, or the columns of a classic table. */
  describe: (table: string) => Promise<{ mode: string, schema?: any, columns?: any[] }>;
  /** The schemas of all tables that have one. */
  schemas: () => Promise<any[]>;
  /** Make a table; the owner only. With a `key`, `required` or `auto` column it is one with a schema. */
  createTable: (name: string, columns: any[]) => Promise<{ status: string, table: string, mode: string }>;
  /** Widen a table; the owner only. */
  addColumn: (table: string, column: { name: string, type: string, not_null?: boolean, default?: any }) => Promise<{ status: string }>;
  /** Delete a table with its rows; the owner only. */
  dropTable: (table: string) => Promise<{ status: string }>;
  /** A table with its columns and access, and the calls above without the table's name. */
  orm: (table: string) => Promise<any>;
  /** A table of settings: with the columns `key` and `value`, or one row of settings. The values are properties; `set` writes. */
  config: (table: string, defaults?: Record<string, any>) => Promise<any>;
}

interface GoopIdentity {
  /** The visitor's peer id, name and email; kept until `refresh`. */
  get: () => Promise<{ id: string, label: string, email: string }>;
  /** The visitor's peer id. */
  id: () => Promise<string>;
  /** The visitor's name. */
  label: () => Promise<string>;
  /** The visitor's email, empty when none is known. */
  email: () => Promise<string>;
  /** The name of a peer: one's own, a known peer's, else the end of the id. */
  resolveName: (peerId: string) => Promise<string>;
  /** Forget what is known, so that the next question is asked anew. */
  refresh: () => void;
}

interface GoopPeers {
  /** The peers that the visitor's program knows. */
  list: () => Promise<{ ID: string, Content: string, Email: string, Reachable: boolean }[]>;
  /** Look every few seconds, and tell what changed. */
  subscribe: (hear: { onSnapshot?: (peers: any[]) => void, onUpdate?: (id: string, peer: any) => void, onRemove?: (id: string) => void, onError?: (error: Error) => void }, pace?: number) => void;
  /** Look no more. */
  unsubscribe: () => void;
}

interface GoopGroup {
  /** Join a group of the site. */
  join: (hostPeerId: string, groupId: string) => Promise<{ status: string }>;
  /** Leave a group. */
  leave: (groupId: string) => Promise<{ status: string }>;
  /** Send to everybody in a group. */
  send: (payload: any, groupId: string) => Promise<{ status: string }>;
  /** The groups that the visitor hosts: the site's, for its owner. */
  list: () => Promise<any[]>;
  /** The groups that the visitor has joined. */
  subscriptions: () => Promise<{ subscriptions: { group_id: string, host_peer_id: string, group_type: string, role: string }[], active_groups: { group_id: string }[] }>;
  /** Make a group; the owner only. */
  create: (name: string, type?: string, maxMembers?: number) => Promise<{ status: string, id: string }>;
  /** End a group; the owner only. */
  close: (groupId: string) => Promise<{ status: string }>;
  /** Hear what happens in the visitor's groups: `{type, group, from, payload}`, type `members`, `msg`, `leave` or `close`. */
  subscribe: (fn: (event: { type: string, group: string, from: string, payload: any }) => void) => void;
  /** Hear no more. */
  unsubscribe: () => void;
}

interface GoopChatroom {
  /** Open a room; the owner only. */
  create: (name: string, description?: string, maxMembers?: number, context?: string) => Promise<{ id: string, name: string, description: string }>;
  /** Become a member of a room. Its last messages come as `history`. */
  join: (hostPeerId: string, roomId: string) => Promise<{ status: string }>;
  /** Leave a room. */
  leave: (roomId: string) => Promise<{ status: string }>;
  /** Say something in a room. */
  send: (roomId: string, text: string) => Promise<{ status: string }>;
  /** The room with its members and last messages. */
  state: (roomId: string) => Promise<{ room: { id: string, name: string, members: { peer_id: string, name: string }[] }, messages: { id: string, from: string, from_name: string, text: string, timestamp: number }[] }>;
  /** Close a room; the owner only. */
  close: (roomId: string) => Promise<{ status: string }>;
  /** Hear the rooms that one is in: `msg` with `{message}`, `members` with `{members}`, `history` with `{messages}`. */
  subscribe: (fn: (roomId: string, action: string, data: any) => void) => () => void;
}

interface GoopMq {
  /** Topics by name. */
  TOPICS: { CHAT: string, CHATROOM_PREFIX: string };
  /** Hear messages of a topic (`"game.*"`: of all that begin so). The answer ends that. */
  subscribe: (topic: string, fn: (from: string, topic: string, payload: any, ack: () => void) => void) => () => void;
  /** Hear everything about chat rooms; `Goop.chatroom.subscribe` is more comfortable. */
  onChatRoom: (fn: (from: string, topic: string, payload: any, ack: () => void) => void) => () => void;
  /** Send a message to a peer who is there. */
  send: (peerId: string, topic: string, payload: any) => Promise<{ msg_id: string, status: string }>;
  /** End all subscriptions of this page. */
  unsubscribe: () => void;
}

interface GoopSite {
  /** The files of the visitor's own site: of this one, for its owner. */
  files: () => Promise<{ Path: string, IsDir: boolean, Depth: number }[]>;
  /** A file of this site as text. */
  read: (path: string) => Promise<string>;
  /** A file of this site as a `Response`: for pictures, bytes, headers. */
  fetch: (path: string) => Promise<Response>;
  /** Write a file; the owner only. */
  upload: (path: string, file: Blob) => Promise<{ status: string, path: string, etag: string }>;
  /** Delete a file; the owner only. */
  remove: (path: string) => Promise<{ status: string }>;
}

interface GoopTemplate {
  /** The manifest, with `require_email`. */
  get: () => Promise<{ name?: string, require_email: boolean }>;
  /** Must visitors have an email address? */
  requireEmail: () => Promise<boolean>;
  /** Ask anew the next time. */
  refresh: () => void;
}

interface GoopRouter {
  /** One parameter of the address, or null. */
  param: (name: string) => string | null;
  /** All parameters of the address. */
  params: () => Record<string, string>;
  /** The page's path in the site. */
  page: () => string;
  /** Go to another page of the site. */
  go: (target: string) => void;
  /** Go to the site's first page. */
  home: () => void;
}

interface GoopApi {
  /** One record. */
  get: (resource: string, params?: { id?: number, slug?: string }) => Promise<any>;
  /** Records. */
  list: (resource: string, params?: { limit?: number, offset?: number }) => Promise<any>;
  /** A new record. */
  insert: (resource: string, data: Record<string, any>) => Promise<any>;
  /** Change a record. */
  update: (resource: string, id: number, data: Record<string, any>) => Promise<any>;
  /** Delete a record. */
  delete: (resource: string, id: number) => Promise<any>;
  /** A table of keys and values as an object. */
  map: (resource: string) => Promise<Record<string, any>>;
}

interface GoopUi {
  /** A view for "there is nothing". */
  empty: (message: string, options?: { icon?: string }) => HTMLElement;
  /** A view for "wait a moment". */
  loading: (message?: string) => HTMLElement;
  /** A stored moment (UTC) as how long ago it was. */
  time: (moment: string | number) => string;
  /** A peer's picture. */
  avatar: (peerId: string, options?: { size?: number, alt?: string, class?: string }) => HTMLElement;
  /** `dark` or `light`: what the page says (`data-theme`), else what its background is. */
  theme: () => string;
  /** A grid of twelve columns; `col(span, {sm, lg})` adds a cell. */
  grid: (element: Element, options?: { gap?: string }) => { col(span: number, options?: { sm?: number, lg?: number }): HTMLElement, clear(): void, destroy(): void, el: HTMLElement };
  /** A function that shows messages in an element: a text, or `{title, message, duration}` (ms, 0: until it is removed). It has `success`, `error`, `warning` and `info`, each with a text. */
  toast: (element: Element, options?: { toastClass?: string, titleClass?: string, messageClass?: string, enterClass?: string, exitClass?: string, duration?: number }) => any;
  /** Use an element of the page for the questions below; its parts are named by selectors. Given options instead of an element it asks at once: `{title, message, input, ok, cancel}`. */
  dialog: (element: Element | any, options?: { title?: string, message?: string, inputWrap?: string, input?: string, ok?: string, cancel?: string, hiddenClass?: string }) => any;
  /** Say something; done when it was read. */
  alert: (title: string, message?: string) => Promise<any>;
  /** A question; true, or null when it was not confirmed. */
  confirm: (message: string, title?: string) => Promise<true | null>;
  /** Ask for a text; null when it was not given. */
  prompt: (options: string | { title?: string, message?: string, value?: string, placeholder?: string }, value?: string) => Promise<string | null>;
  /** A question whose answer must be typed (`match`, else DELETE). */
  confirmDanger: (options?: { title?: string, message?: string, match?: string }) => Promise<string | null>;
  /** Make the buttons in an element a choice: their `idAttr` (`data-id`) says what each stands for. With `options.buttons` (`{id, label, title, disabled}`) the buttons are made. */
  toolbar: (element: Element, options?: { idAttr?: string, activeClass?: string, active?: string | string[], multi?: boolean, buttons?: { id: string, label?: string, title?: string, disabled?: boolean }[], onChange?: (value: any) => void }) => { getValue(): any, setValue(value: any): void, destroy(): void, el: Element };
}

interface GoopDrag {
  /** Let the items of a list be sorted, and moved between lists of one `group`. `onEnd` gets `{item, from, to, oldIndex, newIndex}`. */
  sortable: (container: Element, options?: { items?: string, handle?: string, group?: string, direction?: string, onStart?: (event: any) => void, onMove?: (event: any) => void, onEnd?: (event: any) => void, onCancel?: (event: any) => void }) => { container: Element, group: string | undefined, destroy(): void };
}

interface GoopForm {
  /** A form that saves a row. Field types: text, textarea, number, email, date, select, radio, checkbox. With `singleResponse` a visitor has one row, which the form shows and changes. */
  render: (element: Element, options: { table: string, fields: { name: string, label?: string, type?: string, required?: boolean, placeholder?: string, options?: any[] }[], submitLabel?: string, singleResponse?: boolean, onDone?: () => void }) => Promise<void>;
}

interface Goop {
  /** Text that can stand in HTML. */
  esc: (value: any) => string;
  /** A stored moment (UTC) as a date in the visitor's language; `options` are those of `toLocaleDateString`. */
  date: (moment: string | number, options?: Intl.DateTimeFormatOptions) => string;
  /** Who looks at the page: `isOwner` at their own site, `isGroup` with a place in the template's group. */
  peer: () => Promise<{ myId: string, hostId: string, isOwner: boolean, isGroup: boolean, label: string }>;
  /** Fill an element with rows. `draw(row, index)` gives an element, or HTML (escape it yourself); `options.empty` is shown when there are no rows, `options.actions` are functions `(id, row, button)` for buttons with `data-action`, `options.onRow` hears clicks on elements with `data-id`. */
  list: (element: Element, rows: any[], draw: string | ((row: any, index: number) => Node | string), options?: { empty?: string | Node, actions?: Record<string, (id: number, row: any, button: Element) => void>, onRow?: (id: number, row: any) => void }) => any;
  /** An element over the page, hidden by the class `hidden`; it closes by Escape, by a click beside it, and by `data-close`. */
  overlay: (element: string | Element) => { open(): void, close(): void, el: Element | null };
  /** An element. Attributes: `class`, `data: {id: 5}`, `onclick: fn`, any other. Children: elements, texts (never HTML), arrays. */
  dom: (tag: string, attributes?: Record<string, any> | null, ...children: any[]) => HTMLElement;
  /** Put other children into an element. */
  render: (element: Element, ...children: any[]) => void;
  /** An element made from `partials/NAME.html`: `{{name}}` is text, `{{{name}}}` HTML; blocks are `{{#if}}`, `{{#unless}}`, `{{#each}}`. */
  partial: (name: string, data?: any) => Promise<HTMLElement>;
  /** Load partials before they are needed. */
  preload: (...names: string[]) => Promise<any>;
  data: GoopData;
  identity: GoopIdentity;
  peers: GoopPeers;
  group: GoopGroup;
  chatroom: GoopChatroom;
  mq: GoopMq;
  site: GoopSite;
  template: GoopTemplate;
  router: GoopRouter;
  api: GoopApi;
  ui: GoopUi;
  drag: GoopDrag;
  form: GoopForm;
}

declare const Goop: Goop;
