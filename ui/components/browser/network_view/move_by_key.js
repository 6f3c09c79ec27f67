// Moves from one number of the network to another by the arrow keys.

/** @import { Place } from "../engine/explain.js" */
/** @import { Network } from "../engine/network.js" */

import { clamp } from "../shared/numbers.js"
import { isMap } from "./atlas.js"

/** One pixel on. Past the left or right edge, or with Shift, one layer on; with Shift up or down, one map on. The units of
 * a dense layer stand one below the other.
 * @param {Network} network
 * @param {Place} from
 * @param {[number, number]} direction - rows down, columns to the right
 * @param {boolean} shift
 * @returns {Place | null} - null where there is no such layer */
export function moveByKey(network, from, [down, across], shift) {
  const { index, channel, y, x } = from
  const layer = network.layers[index]
  const units = !isMap(layer)
  const beyond = across !== 0 && (x + across < 0 || x + across >= layer.width)
  if (across && (shift || units || beyond)) return otherLayer(network, from, across)
  if (shift || units) return within(network, { index, channel: channel + down, y, x })
  return within(network, { index, channel, y: y + down, x: x + across })
}

/** @param {Network} network
 * @param {Place} place
 * @returns {Place} */
function within({ layers }, { index, channel, y, x }) {
  const { channels, height, width } = layers[index]
  return { index, channel: clamp(channel, 0, channels - 1), y: clamp(y, 0, height - 1), x: clamp(x, 0, width - 1) }
}

/** The same place, by share of the height and width, in the next layer that the view shows.
 * @param {Network} network
 * @param {Place} from
 * @param {number} step - 1 or -1
 * @returns {Place | null} */
function otherLayer(network, { index, channel, y, x }, step) {
  const { layers } = network
  let to = index + step
  while (layers[to]?.copies) to += step
  const [from, target] = [layers[index], layers[to]]
  if (!target) return null
  const scaled = (/** @type {number} */ value, /** @type {number} */ before, /** @type {number} */ after) =>
    Math.floor(((value + 0.5) * after) / before)
  return within(network, {
    index: to,
    channel: from.channels === target.channels ? channel : scaled(channel, from.channels, target.channels),
    y: scaled(y, from.height, target.height),
    x: scaled(x, from.width, target.width),
  })
}
