// Loads a browser part. Streamlit serves this file under the own name of each part, `<version>.<part>-<language>`. A
// module is shared only if all parts import it from one address, so all other modules come from `<version>.all`.

/** @import { Component, Part } from "./shared/component.js" */

const [, version, part] = /\/([^/.]+)\.([^/]+)-[^/-]+\/entry\.js$/.exec(new URL(import.meta.url).pathname) ?? []

/** @param {string} module */
const load = (module) => import(new URL(`../${version}.all/${module}`, import.meta.url).href)

/** @typedef {{ useLanguage: (code: string, texts: Record<string, string>) => void, show: Part<unknown> }} Modules */

/** Null until the modules are loaded: a failed request is made again when the part is shown again. @type {Modules | null} */
let modules = null

/** @returns {Promise<Modules>} */
async function loadModules() {
  const [{ useLanguage }, { default: show }] = await Promise.all([
    load("shared/language.js"),
    load(`${part}/component.js`),
  ])
  modules = { useLanguage, show }
  return modules
}

/** @param {Modules} modules
 * @param {Component<unknown>} component */
function run({ useLanguage, show }, component) {
  const root = /** @type {HTMLElement} */ (component.parentElement.querySelector(".root"))
  useLanguage(root.lang, JSON.parse(root.dataset.texts ?? "{}"))
  return show(component)
}

/** Only the first call has to wait, so that new data is shown at once.
 * @param {Component<unknown>} component */
export default function (component) {
  return modules ? run(modules, component) : loadModules().then((loaded) => run(loaded, component))
}
