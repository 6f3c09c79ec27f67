// The state that the parts of a page share in the browser. All parts import this module from one address.

/** @import { Network } from "../engine/network.js" */
/** @import { Steps } from "../engine/preprocess.js" */

/** Python's latest picture. image: 784 numbers in [0, 1]. steps: how the browser prepares a drawing.
 * @typedef {{ image: Float32Array, blank: boolean, steps: Steps }} Reading */

/** What is shown now. live: painted while the pen moved. winner: the most probable digit, null without ink.
 * @typedef {{ image: Float32Array, blank: boolean, live: boolean, probabilities: number[], winner: number | null }} Frame */

/**
 * @typedef {object} PageState
 * @property {Network | null} network - the chosen network; null until the engine has it
 * @property {Reading | null} reading - null on pages without one
 * @property {Frame | null} frame - null while the network or the reading is missing
 * @property {boolean} penDown - whether the pen is painting
 * @property {number} penUp - when the pen was lifted last, by performance.now()
 * @property {number[]} timings - milliseconds that the last frames with the pen down took, the newest last
 */

/** @type {PageState} */
export const pageState = { network: null, reading: null, frame: null, penDown: false, penUp: 0, timings: [] }

/** @type {Set<() => void>} */
const listeners = new Set()

/** Calls every listener. Call it after a change of the frame. */
export function publish() {
  for (const listener of listeners) listener()
}

/** @param {() => void} listener - called after every change
 * @returns {() => void} - ends it */
export function subscribe(listener) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
