// Pages of one site: their names, parameters, and ways between them.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const place = location.pathname.match(/^\/p\/[^/]+/);
  const root = place ? place[0] : "";
  const router = (Goop.router = {});

  /**
   * One parameter of the address, or null.
   * @name Goop.router.param
   * @type (name: string) => string | null
   * @example const slug = Goop.router.param("slug");
   */
  router.param = (name) => new URLSearchParams(location.search).get(name);

  /**
   * All parameters of the address.
   * @name Goop.router.params
   * @type () => Record<string, string>
   * @example const { page = "1" } = Goop.router.params();
   */
  router.params = () => Object.fromEntries(new URLSearchParams(location.search));

  /**
   * The page's path in the site.
   * @name Goop.router.page
   * @type () => string
   * @example console.assert(Goop.router.page() === "index.html");
   */
  router.page = () => location.pathname.slice(root.length).replace(/^\/+/, "") || "index.html";

  /**
   * Go to another page of the site.
   * @name Goop.router.go
   * @type (target: string) => void
   * @example const show = () => Goop.router.go("post.html?slug=hello");
   */
  router.go = (target) => { location.href = `${root}/${String(target).replace(/^\//, "")}`; };

  /**
   * Go to the site's first page.
   * @name Goop.router.home
   * @type () => void
   * @example const leave = () => Goop.router.home();
   */
  router.home = () => { location.href = `${root}/`; };
})();
