// Who the visitor is.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  let known = null;

  async function load() {
    const response = await fetch("/api/self");
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  const identity = (Goop.identity = {});

  /**
   * The visitor's peer id, name and email; kept until `refresh`.
   * @name Goop.identity.get
   * @type () => Promise<{ id: string, label: string, email: string }>
   * @example const me = await Goop.identity.get();
   */
  identity.get = () => {
    known = known || load().catch((error) => { known = null; throw error; });
    return known;
  };

  /**
   * The visitor's peer id.
   * @name Goop.identity.id
   * @type () => Promise<string>
   * @example const id = await Goop.identity.id();
   */
  identity.id = async () => (await identity.get()).id;

  /**
   * The visitor's name.
   * @name Goop.identity.label
   * @type () => Promise<string>
   * @example const name = await Goop.identity.label();
   */
  identity.label = async () => (await identity.get()).label;

  /**
   * The visitor's email, empty when none is known.
   * @name Goop.identity.email
   * @type () => Promise<string>
   * @example const email = await Goop.identity.email();
   */
  identity.email = async () => (await identity.get()).email;

  /**
   * The name of a peer: one's own, a known peer's, else the end of the id.
   * @name Goop.identity.resolveName
   * @type (peerId: string) => Promise<string>
   * @example const name = await Goop.identity.resolveName(await Goop.identity.id());
   */
  identity.resolveName = async (peerId) => {
    const me = await identity.get();
    if (peerId === me.id) return me.label;
    const response = await fetch("/api/peers");
    const peers = response.ok ? await response.json() : [];
    const found = peers.find((peer) => peer.ID === peerId);
    return (found && found.Content) || String(peerId || "").slice(-6);
  };

  /**
   * Forget what is known, so that the next question is asked anew.
   * @name Goop.identity.refresh
   * @type () => void
   * @example Goop.identity.refresh();
   */
  identity.refresh = () => { known = null; };
})();
