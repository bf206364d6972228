// The installed template's settings.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  let known = null;
  const template = (Goop.template = {});

  async function load() {
    const response = await fetch("/api/template/settings");
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  /**
   * The manifest, with `require_email`.
   * @name Goop.template.get
   * @type () => Promise<{ name?: string, require_email: boolean }>
   * @example const { name } = await Goop.template.get();
   */
  template.get = () => {
    known = known || load().catch((error) => { known = null; throw error; });
    return known;
  };

  /**
   * Must visitors have an email address?
   * @name Goop.template.requireEmail
   * @type () => Promise<boolean>
   * @example const must = await Goop.template.requireEmail();
   */
  template.requireEmail = async () => Boolean((await template.get()).require_email);

  /**
   * Ask anew the next time.
   * @name Goop.template.refresh
   * @type () => void
   * @example Goop.template.refresh();
   */
  template.refresh = () => { known = null; };
})();
