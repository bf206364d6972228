// The peers that the visitor knows.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const PACE = 5000; // ms between two looks
  let timer = 0;
  const peers = (Goop.peers = {});

  /**
   * The peers that the visitor's program knows.
   * @name Goop.peers.list
   * @type () => Promise<{ ID: string, Content: string, Email: string, Reachable: boolean }[]>
   * @example const names = (await Goop.peers.list()).map((peer) => peer.Content);
   */
  peers.list = async () => {
    const response = await fetch("/api/peers");
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  };

  /**
   * Look every few seconds, and tell what changed.
   * @name Goop.peers.subscribe
   * @type (hear: { onSnapshot?: (peers: any[]) => void, onUpdate?: (id: string, peer: any) => void, onRemove?: (id: string) => void, onError?: (error: Error) => void }, pace?: number) => void
   * @example Goop.peers.subscribe({ onSnapshot(peers) { console.log(peers.length); } }); Goop.peers.unsubscribe();
   */
  peers.subscribe = (hear = {}, pace = PACE) => {
    peers.unsubscribe();
    let before = null;
    const look = async () => {
      try {
        const found = await peers.list();
        const now = new Map(found.map((peer) => [peer.ID, peer]));
        if (!before) hear.onSnapshot?.(found);
        else tellChanges(hear, before, now);
        before = now;
      } catch (error) {
        hear.onError?.(error);
      }
    };
    timer = setInterval(look, pace);
    look();
  };

  function tellChanges(hear, before, now) {
    for (const [id, peer] of now) if (JSON.stringify(before.get(id)) !== JSON.stringify(peer)) hear.onUpdate?.(id, peer);
    for (const id of before.keys()) if (!now.has(id)) hear.onRemove?.(id);
  }

  /**
   * Look no more.
   * @name Goop.peers.unsubscribe
   * @type () => void
   * @example Goop.peers.unsubscribe();
   */
  peers.unsubscribe = () => clearInterval(timer);
})();
