// Runs the network of the page on Python's picture, and on the drawing while the pen moves.

/** @import { Frame } from "../shared/page_state.js" */
/** @import { Network } from "./network.js" */

import { readCanvas, SEND_DELAY_MS } from "../shared/drawable_canvas.js"
import { indexOfLargest } from "../shared/numbers.js"
import { pageState, publish } from "../shared/page_state.js"
import { preprocess } from "./preprocess.js"

const TIMINGS = 200

/** @type {ReturnType<typeof setTimeout> | undefined} */
let later

/** Shows Python's picture as soon as the pen rests. A picture that comes sooner after pen-up than the canvas can send
 * belongs to an earlier stroke: then this waits for the next one.
 * @returns {void} */
export function showReading() {
  clearTimeout(later)
  if (pageState.penDown) return
  if (pageState.frame?.live && performance.now() - pageState.penUp < SEND_DELAY_MS) {
    later = setTimeout(showReading, 3 * SEND_DELAY_MS)
    return
  }
  const { network, reading } = pageState
  pageState.frame = network && reading ? run(network, reading.image, reading.blank, false) : null
  publish()
}

/** @param {Network} network
 * @param {Float32Array} image
 * @param {boolean} blank
 * @param {boolean} live
 * @returns {Frame} */
function run(network, image, blank, live) {
  network.forward(image)
  const probabilities = Array.from(network.probabilities)
  return { image, blank, live, probabilities, winner: blank ? null : indexOfLargest(probabilities) }
}

/** Shows what is on the canvas now, if it has changed. */
export function readDrawing() {
  const { network, reading, frame } = pageState
  if (!network || !reading) return
  const begin = performance.now()
  const canvas = readCanvas()
  if (!canvas) return
  const { image, blank } = preprocess(canvas.rgba, canvas.width, canvas.height, reading.steps)
  if (blank || (frame?.live && frame.image.every((value, at) => value === image[at]))) return
  pageState.frame = run(network, image, false, true)
  publish()
  pageState.timings.push(performance.now() - begin)
  if (pageState.timings.length > TIMINGS) pageState.timings.shift()
}
