// Loads a browser part. Streamlit serves this file under the own name of each part, `<version>.<part>-<language>`. A
// module is shared only if all parts import it from one address, so all other modules come from `<version>.all`.

/** @import { Component, Part } from "./shared/component.js" */

const [, version, part] = /\/([^/.]+)\.([^/]+)-[^/-]+\/entry\.js$/.exec(new URL(import.meta.url).pathname) ?? []

/** @param {string} module */
const load = (module) => import(new URL(`../${version}.all/${module}`, import.meta.url).href)

/** @param {Component<unknown>} component */
export default async function (component) {
  // Not at the top of the module: there, one failed request would break the part until the page is loaded again.
  const [{ useLanguage }, { default: show }] = await Promise.all([
    load("shared/language.js"),
    load(`${part}/component.js`),
  ])
  const root = /** @type {HTMLElement} */ (component.parentElement.querySelector(".root"))
  useLanguage(root.lang, JSON.parse(root.dataset.texts ?? "{}"))
  return /** @type {Part<unknown>} */ (show)(component)
}
