// Groups of the site: joining, leaving, messages.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const listeners = (Goop._listeners = Goop._listeners || []);
  if (!document.querySelector("script[data-goop-live]")) {
    const script = document.createElement("script");
    script.src = "/sdk/goop-live.js";
    script.dataset.goopLive = "";
    document.head.append(script);
  }

  async function request(path, body) {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(path, options);
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  const group = (Goop.group = {});
  let heard = null;

  /**
   * Join a group of the site.
   * @name Goop.group.join
   * @type (hostPeerId: string, groupId: string) => Promise<{ status: string }>
   * @example const { hostId } = await Goop.peer(); await Goop.group.join(hostId, "no-such-group").catch((error) => error.message);
   */
  group.join = (hostPeerId, groupId) => request("/api/groups/join", { host_peer_id: hostPeerId, group_id: groupId });

  /**
   * Leave a group.
   * @name Goop.group.leave
   * @type (groupId: string) => Promise<{ status: string }>
   * @example await Goop.group.leave("no-such-group").catch((error) => error.message);
   */
  group.leave = (groupId) => request("/api/groups/leave", { group_id: groupId });

  /**
   * Send to everybody in a group.
   * @name Goop.group.send
   * @type (payload: any, groupId: string) => Promise<{ status: string }>
   * @example await Goop.group.send({ move: 5 }, "no-such-group").catch((error) => error.message);
   */
  group.send = (payload, groupId) => request("/api/groups/send", { payload, group_id: groupId });

  /**
   * The groups that the visitor hosts: the site's, for its owner.
   * @name Goop.group.list
   * @type () => Promise<any[]>
   * @example const groups = await Goop.group.list();
   */
  group.list = () => request("/api/groups");

  /**
   * The groups that the visitor has joined.
   * @name Goop.group.subscriptions
   * @type () => Promise<{ subscriptions: { group_id: string, host_peer_id: string, group_type: string, role: string }[], active_groups: { group_id: string }[] }>
   * @example const { subscriptions } = await Goop.group.subscriptions();
   */
  group.subscriptions = () => request("/api/groups/subscriptions");

  /**
   * Make a group; the owner only.
   * @name Goop.group.create
   * @type (name: string, type?: string, maxMembers?: number) => Promise<{ status: string, id: string }>
   * @example const { id } = await Goop.group.create("Players", "files", 4); await Goop.group.close(id);
   */
  group.create = (name, type, maxMembers) => request("/api/groups", { name, group_type: type || "", max_members: maxMembers || 0 });

  /**
   * End a group; the owner only.
   * @name Goop.group.close
   * @type (groupId: string) => Promise<{ status: string }>
   * @example const made = await Goop.group.create("For a moment", "files"); await Goop.group.close(made.id);
   */
  group.close = (groupId) => request("/api/groups/close", { group_id: groupId });

  /**
   * Hear what happens in the visitor's groups: `{type, group, from, payload}`, type `members`, `msg`, `leave` or `close`.
   * @name Goop.group.subscribe
   * @type (fn: (event: { type: string, group: string, from: string, payload: any }) => void) => void
   * @example Goop.group.subscribe((event) => console.log(event.type));
   */
  group.subscribe = (fn) => {
    group.unsubscribe();
    heard = { kind: "group", hear: fn };
    listeners.push(heard);
  };

  /**
   * Hear no more.
   * @name Goop.group.unsubscribe
   * @type () => void
   * @example Goop.group.unsubscribe();
   */
  group.unsubscribe = () => {
    if (heard) listeners.splice(listeners.indexOf(heard), 1);
    heard = null;
  };
})();
