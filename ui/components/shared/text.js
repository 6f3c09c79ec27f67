// How figures are written in the browser; `ui/shared/formatting.py` says the same for Python.

function percent(share, digits = 1) {
  if (share >= 1 - 0.5 * 10 ** -(digits + 2)) return `> ${(100 - 10 ** -digits).toFixed(digits)}%`
  return `${(100 * share).toFixed(digits)}%`
}
