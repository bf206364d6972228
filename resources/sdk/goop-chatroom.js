// Chat rooms of the site. Load goop-mq.js before it.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});

  async function request(path, body) {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(path, options);
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  const chatroom = (Goop.chatroom = {});

  /**
   * Open a room; the owner only.
   * @name Goop.chatroom.create
   * @type (name: string, description?: string, maxMembers?: number, context?: string) => Promise<{ id: string, name: string, description: string }>
   * @example const room = await Goop.chatroom.create("Porch", "Talk", 10); await Goop.chatroom.close(room.id);
   */
  chatroom.create = (name, description, maxMembers, context) =>
    request("/api/chat/rooms/create", { name, description: description || "", max_members: maxMembers || 0, context: context || "" });

  /**
   * Become a member of a room. Its last messages come as `history`.
   * @name Goop.chatroom.join
   * @type (hostPeerId: string, roomId: string) => Promise<{ status: string }>
   * @example const { hostId } = await Goop.peer(); await Goop.chatroom.join(hostId, "no-such-room").catch((error) => error.message);
   */
  chatroom.join = (hostPeerId, roomId) => request("/api/chat/rooms/join", { host_peer_id: hostPeerId, group_id: roomId });

  /**
   * Leave a room.
   * @name Goop.chatroom.leave
   * @type (roomId: string) => Promise<{ status: string }>
   * @example await Goop.chatroom.leave("no-such-room").catch((error) => error.message);
   */
  chatroom.leave = (roomId) => request("/api/chat/rooms/leave", { group_id: roomId });

  /**
   * Say something in a room.
   * @name Goop.chatroom.send
   * @type (roomId: string, text: string) => Promise<{ status: string }>
   * @example const r = await Goop.chatroom.create("Talk"); await Goop.chatroom.send(r.id, "Hello"); await Goop.chatroom.close(r.id);
   */
  chatroom.send = (roomId, text) => request("/api/chat/rooms/send", { group_id: roomId, text });

  /**
   * The room with its members and last messages.
   * @name Goop.chatroom.state
   * @type (roomId: string) => Promise<{ room: { id: string, name: string, members: { peer_id: string, name: string }[] }, messages: { id: string, from: string, from_name: string, text: string, timestamp: number }[] }>
   * @example const s = await Goop.chatroom.create("State"); await Goop.chatroom.state(s.id); await Goop.chatroom.close(s.id);
   */
  chatroom.state = (roomId) => request(`/api/chat/rooms/state?group_id=${encodeURIComponent(roomId)}`);

  /**
   * Close a room; the owner only.
   * @name Goop.chatroom.close
   * @type (roomId: string) => Promise<{ status: string }>
   * @example const c = await Goop.chatroom.create("Short"); await Goop.chatroom.close(c.id);
   */
  chatroom.close = (roomId) => request("/api/chat/rooms/close", { group_id: roomId });

  /**
   * Hear the rooms that one is in: `msg` with `{message}`, `members` with `{members}`, `history` with `{messages}`.
   * @name Goop.chatroom.subscribe
   * @type (fn: (roomId: string, action: string, data: any) => void) => () => void
   * @example const end = Goop.chatroom.subscribe((room, action, data) => console.log(action)); end();
   */
  chatroom.subscribe = (fn) => {
    if (!Goop.mq) throw new Error("Goop.chatroom.subscribe needs goop-mq.js: load it before goop-chatroom.js");
    return Goop.mq.onChatRoom((_from, topic, payload, ack) => {
      ack();
      const rest = topic.slice(Goop.mq.TOPICS.CHATROOM_PREFIX.length);
      const colon = rest.lastIndexOf(":");
      if (payload && colon >= 0) fn(rest.slice(0, colon), rest.slice(colon + 1), payload);
    });
  };
})();
