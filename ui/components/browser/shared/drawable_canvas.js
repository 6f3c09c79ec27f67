// The inside of the drawing component, streamlit-drawable-canvas; checked with version 0.13. Nothing here is documented
// by it. tests/browser/draw and tests/browser/inside fail if an update changes it.

import { contextOf } from "./paint.js"

const CONTAINER = ".st-key-canvas"
const DRAWING = "upper-canvas" // the class of the canvas element with the present stroke
const CANVASES = "canvas.lower-canvas, canvas.upper-canvas" // finished strokes are on the lower one
const TOOLBAR = ".dc-toolbar"

/** How long the component waits after pen-up before it sends the drawing to Python. */
export const SEND_DELAY_MS = 200

/** The component's open shadow root, once it has an element for `selector`.
 * @param {string} selector
 * @returns {ShadowRoot | undefined} */
function findRoot(selector) {
  for (const { shadowRoot } of document.querySelectorAll(`${CONTAINER} *`)) {
    if (shadowRoot?.querySelector(selector)) return shadowRoot
  }
}

/** Whether a pointer event happened on the canvas.
 * @param {Event} event */
export function isOnCanvas(event) {
  return event.composedPath().some((part) => part instanceof Element && part.classList.contains(DRAWING))
}

/** @type {CanvasRenderingContext2D | null} */
let copy = null

/** The pixels that are on the canvas now, in CSS pixels as Python gets them. Null where there is no canvas, or where
 * another version of the component does not let it be read: then everything waits for Python's answer.
 * @returns {{ rgba: Uint8ClampedArray, width: number, height: number } | null} */
export function readCanvas() {
  try {
    const canvases = findRoot(`canvas.${DRAWING}`)?.querySelectorAll(CANVASES)
    return canvases?.length ? copyCanvases(/** @type {HTMLCanvasElement[]} */ (Array.from(canvases))) : null
  } catch {
    return null
  }
}

/** @param {HTMLCanvasElement[]} canvases - from the bottom to the top */
function copyCanvases(canvases) {
  const box = canvases[0].getBoundingClientRect()
  const [width, height] = [Math.round(box.width), Math.round(box.height)]
  if (!width || !height) return null
  copy ??= contextOf(document.createElement("canvas"), { willReadFrequently: true })
  if (copy.canvas.width !== width || copy.canvas.height !== height) Object.assign(copy.canvas, { width, height })
  copy.fillStyle = "#000"
  copy.fillRect(0, 0, width, height)
  for (const canvas of canvases) copy.drawImage(canvas, 0, 0, width, height)
  return { rgba: copy.getImageData(0, 0, width, height).data, width, height }
}

/** @type {CSSStyleSheet | null} */
let sheet = null

/** Hides the component's own toolbar. Returns whether there was one.
 * @returns {boolean} */
export function hideToolbar() {
  const root = findRoot(TOOLBAR)
  if (!root) return false
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(`${TOOLBAR} { display: none !important; }`)
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet)
  return true
}
