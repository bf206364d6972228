// Messages between the pages of visitors.
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

  async function post(path, body) {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  const matches = (pattern, topic) => (pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : pattern === topic);
  let subscriptions = [];
  let isListening = false;

  function hear({ type, from, msg }) {
    if (type !== "message" || !msg) return;
    for (const one of subscriptions.filter(({ topic }) => matches(topic, msg.topic))) {
      const ack = () => post("/api/mq/ack", { msg_id: msg.id, from_peer_id: from || "" }).catch(() => {});
      one.fn(from || "", msg.topic, msg.payload, ack);
    }
  }

  const mq = (Goop.mq = {});

  /**
   * Topics by name.
   * @name Goop.mq.TOPICS
   * @type { CHAT: string, CHATROOM_PREFIX: string }
   * @example console.assert(Goop.mq.TOPICS.CHATROOM_PREFIX === "chat.room:");
   */
  mq.TOPICS = { CHAT: "chat", CHATROOM_PREFIX: "chat.room:" };

  /**
   * Hear messages of a topic (`"game.*"`: of all that begin so). The answer ends that.
   * @name Goop.mq.subscribe
   * @type (topic: string, fn: (from: string, topic: string, payload: any, ack: () => void) => void) => () => void
   * @example const end = Goop.mq.subscribe("game.*", (from, topic, payload, ack) => ack()); end();
   */
  mq.subscribe = (topic, fn) => {
    const one = { topic, fn };
    subscriptions.push(one);
    if (!isListening) listeners.push({ kind: "mq", hear });
    isListening = true;
    return () => { subscriptions = subscriptions.filter((other) => other !== one); };
  };

  /**
   * Hear everything about chat rooms; `Goop.chatroom.subscribe` is more comfortable.
   * @name Goop.mq.onChatRoom
   * @type (fn: (from: string, topic: string, payload: any, ack: () => void) => void) => () => void
   * @example const end = Goop.mq.onChatRoom(() => {}); end();
   */
  mq.onChatRoom = (fn) => mq.subscribe(`${mq.TOPICS.CHATROOM_PREFIX}*`, fn);

  /**
   * Send a message to a peer who is there.
   * @name Goop.mq.send
   * @type (peerId: string, topic: string, payload: any) => Promise<{ msg_id: string, status: string }>
   * @example await Goop.mq.send(await Goop.identity.id(), "game.move", { x: 1 }).catch(() => "nobody listens yet");
   */
  mq.send = (peerId, topic, payload) => post("/api/mq/send", { peer_id: peerId, topic, payload });

  /**
   * End all subscriptions of this page.
   * @name Goop.mq.unsubscribe
   * @type () => void
   * @example Goop.mq.unsubscribe();
   */
  mq.unsubscribe = () => { subscriptions = []; };
})();
