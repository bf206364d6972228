// Files of the site.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const place = location.pathname.match(/^\/p\/[^/]+\//);
  const root = place ? place[0] : "/";
  const site = (Goop.site = {});

  async function checked(response) {
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response;
  }

  /**
   * The files of the visitor's own site: of this one, for its owner.
   * @name Goop.site.files
   * @type () => Promise<{ Path: string, IsDir: boolean, Depth: number }[]>
   * @example const files = await Goop.site.files();
   */
  site.files = async () => (await checked(await fetch("/api/site/files"))).json();

  /**
   * A file of this site as text.
   * @name Goop.site.read
   * @type (path: string) => Promise<string>
   * @example const css = await Goop.site.read("css/main.css");
   */
  site.read = async (path) => (await checked(await site.fetch(path))).text();

  /**
   * A file of this site as a `Response`: for pictures, bytes, headers.
   * @name Goop.site.fetch
   * @type (path: string) => Promise<Response>
   * @example const response = await Goop.site.fetch("images/dot.svg");
   */
  site.fetch = (path) => fetch(root + String(path).replace(/^\//, ""));

  /**
   * Write a file; the owner only.
   * @name Goop.site.upload
   * @type (path: string, file: Blob) => Promise<{ status: string, path: string, etag: string }>
   * @example await Goop.site.upload("images/new.svg", new Blob(["<svg/>"]));
   */
  site.upload = async (path, file) => {
    const body = new FormData();
    body.append("path", path);
    body.append("file", file);
    return (await checked(await fetch("/api/site/upload", { method: "POST", body }))).json();
  };

  /**
   * Delete a file; the owner only.
   * @name Goop.site.remove
   * @type (path: string) => Promise<{ status: string }>
   * @example await Goop.site.remove("images/new.svg");
   */
  site.remove = async (path) => {
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path }) };
    return (await checked(await fetch("/api/site/delete", options))).json();
  };
})();
