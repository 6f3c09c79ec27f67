// Painting on canvas elements.

/** @import { ArrayOfNumbers } from "./numbers.js" */

import { make } from "./dom.js"
import { greyPixel, palette, shadeOf } from "./palette.js"

/** Colours and font of the theme; a canvas cannot use CSS variables.
 * @typedef {{ shades: Uint32Array, text: string, background: string, quiet: string, border: string, primary: string,
 *   mark: string, font: string }} Theme */

/** @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings] */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings)
  if (!context) throw new Error("This browser cannot paint on a canvas.")
  return context
}

/** Makes a canvas `width` x `height` CSS pixels large, and sharp on every screen. The context counts in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height */
export function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across
    canvas.height = down
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = contextOf(canvas)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** @param {Element} element
 * @returns {Theme} */
export function readTheme(element) {
  const style = getComputedStyle(element)
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim()
  return {
    shades: palette(element),
    text: read("--st-text-color"),
    background: read("--st-background-color"),
    quiet: read("--st-secondary-background-color"),
    border: read("--st-border-color"),
    primary: read("--st-primary-color"),
    mark: read("--mark"),
    font: read("--st-font"),
  }
}

/** Paints one pixel per number, row by row, and makes the canvas as large as that.
 * @param {ArrayOfNumbers} numbers
 * @param {number} width
 * @param {number} height
 * @param {number | null} limit - the end of the diverging scale; null: grey numbers from 0 to 1
 * @param {Uint32Array} shades
 * @param {HTMLCanvasElement} [canvas] */
export function paintNumbers(numbers, width, height, limit, shades, canvas = make("canvas")) {
  canvas.width = width
  canvas.height = height
  const context = contextOf(canvas)
  const image = context.createImageData(width, height)
  const colors = new Uint32Array(image.data.buffer)
  for (let at = 0; at < numbers.length; at++) {
    colors[at] = limit === null ? greyPixel(numbers[at]) : shades[shadeOf(numbers[at], limit)]
  }
  context.putImageData(image, 0, 0)
  return canvas
}

/** The strokes of a frame that can be seen on light and dark: a dark one below a narrower bright one.
 * @param {Theme} theme
 * @returns {[string, number][]} - colour and width in CSS pixels */
export const frameStrokes = (theme) => [
  ["#000000", 4],
  [theme.mark, 2.4],
]
