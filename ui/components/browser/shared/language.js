// Texts in the reader's language, as model/language.py does it for Python.

/** @type {Record<string, Record<string, string>>} */
const catalogues = {}
let language = "en"

/** Every text from now on is in this language.
 * @param {string} code
 * @param {Record<string, string>} texts - the translations that one part needs, by the English text */
export function useLanguage(code, texts) {
  language = code
  catalogues[code] = { ...catalogues[code], ...texts }
}

/** The text in the reader's language; `{name}` is replaced by the value of that name. Call it when the text is shown,
 * not when a module is loaded: the reader can change the language later.
 * @param {string} message
 * @param {Record<string, string | number>} [values] */
export function _(message, values = {}) {
  return (catalogues[language]?.[message] ?? message).replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all))
}
