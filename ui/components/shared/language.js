// Texts in the reader's language, as model/language.py does it for Python. CATALOGUE stands before this file.

function _(message, values = {}) {
  return (CATALOGUE[message] ?? message).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all)
}
