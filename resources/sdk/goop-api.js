// Records by name, answered by the site's data function "api". Load goop-data.js before it.
"use strict";
(() => {
  const Goop = (window.Goop = window.Goop || {});
  const call = (action, resource, params) => Goop.data.call("api", { action, resource, ...params });
  const api = (Goop.api = {});

  /**
   * One record.
   * @name Goop.api.get
   * @type (resource: string, params?: { id?: number, slug?: string }) => Promise<any>
   * @example await Goop.api.get("posts", { slug: "hello" }).catch((error) => error.message);
   */
  api.get = (resource, params) => call("get", resource, params);

  /**
   * Records.
   * @name Goop.api.list
   * @type (resource: string, params?: { limit?: number, offset?: number }) => Promise<any>
   * @example await Goop.api.list("posts", { limit: 10 }).catch((error) => error.message);
   */
  api.list = (resource, params) => call("list", resource, params);

  /**
   * A new record.
   * @name Goop.api.insert
   * @type (resource: string, data: Record<string, any>) => Promise<any>
   * @example await Goop.api.insert("posts", { title: "New" }).catch((error) => error.message);
   */
  api.insert = (resource, data) => call("insert", resource, { data });

  /**
   * Change a record.
   * @name Goop.api.update
   * @type (resource: string, id: number, data: Record<string, any>) => Promise<any>
   * @example await Goop.api.update("posts", 1, { title: "Other" }).catch((error) => error.message);
   */
  api.update = (resource, id, data) => call("update", resource, { id, data });

  /**
   * Delete a record.
   * @name Goop.api.delete
   * @type (resource: string, id: number) => Promise<any>
   * @example await Goop.api.delete("posts", 1).catch((error) => error.message);
   */
  api.delete = (resource, id) => call("delete", resource, { id });

  /**
   * A table of keys and values as an object.
   * @name Goop.api.map
   * @type (resource: string) => Promise<Record<string, any>>
   * @example await Goop.api.map("config").catch((error) => error.message);
   */
  api.map = (resource) => call("map", resource, {});
})();
