// The picture and the output: a canvas each, with a caption and the scale of its colours.

/** @import { Convolution } from "./convolve.js" */
/** @typedef {ReturnType<typeof makePanel>} Panel */

import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { signed } from "../shared/numbers.js"

/** @param {string} name
 * @param {HTMLElement} parent */
export function makePanel(name, parent) {
  const figure = make("figure", name)
  const canvas = make("canvas")
  canvas.setAttribute("role", "img")
  const caption = make("figcaption")
  const [low, strip, high] = [make("span"), make("span", "strip"), make("span")]
  const scale = make("p", "scale")
  scale.append(low, strip, high)
  figure.append(canvas, caption, scale)
  parent.append(figure)
  return { canvas, caption, low, strip, high, image: make("canvas") }
}

/** @param {Panel} panel
 * @param {string} text
 * @param {number | null} limit - the end of the scale; null: a grey picture */
function setCaption({ canvas, caption, low, strip, high }, text, limit) {
  caption.textContent = text
  canvas.setAttribute("aria-label", text)
  strip.classList.toggle("grey", limit === null)
  low.textContent = limit === null ? "0" : signed(-limit, 2)
  high.textContent = limit === null ? "1" : signed(limit, 2)
}

/** Writes the sizes and the scales. names: of picture and output. limits: the ends of the scales; picture: null for a grey
 * picture.
 * @param {Panel} picturePanel
 * @param {Panel} outputPanel
 * @param {Convolution} convolution
 * @param {[string, string]} names
 * @param {{ picture: number | null, output: number }} limits */
export function showCaptions(picturePanel, outputPanel, { height, width, padding, rows, columns }, names, limits) {
  const size = `${height} × ${width}`
  const [name, outputName] = names
  const padded = _("{name}: {size}, with {padding} rows and columns of zeros around it", { name, size, padding })
  setCaption(picturePanel, padding ? padded : `${name}: ${size}`, limits.picture)
  setCaption(outputPanel, `${outputName}: ${rows} × ${columns}`, limits.output)
}
