// Where one number of the network comes from. Every function takes a layer whose values are computed and the place of a
// number, and returns its parts, which add up to `value` as the forward pass computed it.

/** @import { Activation, BatchNorm, Convolution, Dense, Layer, Pooling } from "./layers.js" */
/** @import { Network } from "./network.js" */

/** @typedef {{ channel: number, y: number, x: number }} Cell */
/** @typedef {Cell & { index: number }} Place - a number of layer `index` */
/** @typedef {{ top: number, left: number, height: number, width: number }} Box */

/** What every explanation has.
 * @typedef {Place & { value: number, softmax?: Softmax }} Part */

/** window: the part of each channel of the source that goes in. best: the input that adds most. total: what the parts add
 * up to.
 * @typedef {{ window: Box, best: Cell, total: number }} Sum */

/** @typedef {{ channel: number, sum: number }} ChannelTerm */
/** @typedef {Cell & { input: number, weight: number, sum: number }} InputTerm */

/** Terms stand in order of size, the largest first.
 * @typedef {Part & { layer: Layer, kind: "input" }} InputExplanation
 * @typedef {Part & Sum & { layer: Convolution, kind: "convolution", terms: ChannelTerm[], bias: number }
 *   } ConvolutionExplanation
 * @typedef {Part & Sum & { layer: BatchNorm, kind: "batch norm", input: number, mean: number, variance: number,
 *   scale: number, offset: number, normalised: number }} BatchNormExplanation
 * @typedef {Part & Sum & { layer: Activation, kind: "activation", input: number, activate: (x: number) => number }
 *   } ActivationExplanation
 * @typedef {Part & Sum & { layer: Pooling, kind: "pooling", inputs: number[], winner: number | null }
 *   } PoolingExplanation
 * @typedef {Part & Sum & { layer: Dense, kind: "dense", terms: InputTerm[], bias: number }} DenseExplanation
 * @typedef {InputExplanation | ConvolutionExplanation | BatchNormExplanation | ActivationExplanation | PoolingExplanation
 *   | DenseExplanation} Explanation
 */

import { indexOfLargest, sumOf } from "../shared/numbers.js"
import { NORM_EPSILON } from "./layers.js"

/** @param {Network} network - after a forward pass
 * @param {number} index - of a layer that is neither flatten nor dropout
 * @param {number} channel
 * @param {number} y
 * @param {number} x
 * @returns {Explanation} */
export function explain(network, index, channel, y, x) {
  const layer = network.layers[index]
  const value = layer.values[(channel * layer.height + y) * layer.width + x]
  const explained = explainLayer(network, layer, { index, channel, y, x, value })
  return index === network.layers.length - 1 ? { ...explained, softmax: softmaxParts(network) } : explained
}

/** @param {Network} network
 * @param {Layer} layer
 * @param {Part} part
 * @returns {Explanation} */
function explainLayer(network, layer, part) {
  switch (layer.kind) {
    case "convolution":
      return explainConvolution(layer, part)
    case "batch norm":
      return explainBatchNorm(layer, part)
    case "activation":
      return explainActivation(layer, part, network)
    case "pooling":
      return explainPooling(layer, part, network)
    case "dense":
      return explainDense(layer, part)
    default:
      return { ...part, layer, kind: "input" }
  }
}

/** @param {{ channel: number, sum: number }} one
 * @param {{ channel: number, sum: number }} other */
const bySize = (one, other) => Math.abs(other.sum) - Math.abs(one.sum) || one.channel - other.channel

/** @template {{ sum: number }} Term
 * @param {Term[]} terms
 * @returns {Term} */
const strongestOf = (terms) => terms.reduce((best, term) => (term.sum > best.sum ? term : best))

/** The terms are the sums of the input channels; `channelProducts` opens one of them.
 * @param {Convolution} layer
 * @param {Part} part
 * @returns {ConvolutionExplanation} */
function explainConvolution(layer, part) {
  const terms = Array.from({ length: layer.source.channels }, (_, channel) => {
    return { channel, sum: sumOf(channelProducts(layer, part, channel).products) }
  })
  const bias = layer.bias[part.channel]
  const strongest = strongestOf(terms)
  const at = indexOfLargest(channelProducts(layer, part, strongest.channel).products)
  return {
    ...part,
    layer,
    kind: "convolution",
    terms: terms.toSorted(bySize),
    bias,
    total: terms.reduce((sum, term) => sum + term.sum, bias),
    window: { top: part.y, left: part.x, height: layer.kernel, width: layer.kernel },
    best: { channel: strongest.channel, y: part.y + Math.floor(at / layer.kernel), x: part.x + (at % layer.kernel) },
  }
}

/** The patch under the kernel, the kernel, and their products for one input channel: kernel x kernel numbers each.
 * @param {Convolution} layer
 * @param {Cell} cell - of the output
 * @param {number} from - the input channel */
export function channelProducts(layer, { channel, y, x }, from) {
  const { source, kernel } = layer
  const at = (channel * source.channels + from) * kernel * kernel
  const weights = Array.from(layer.weights.subarray(at, at + kernel * kernel))
  const patch = weights.map((_, cell) => {
    const row = y + Math.floor(cell / kernel)
    return source.values[(from * source.height + row) * source.width + x + (cell % kernel)]
  })
  return { patch, weights, products: patch.map((value, cell) => value * weights[cell]) }
}

/** For layers in which each number depends on the one number at its place.
 * @param {Cell} cell */
const sameCell = ({ channel, y, x }) => ({
  window: { top: y, left: x, height: 1, width: 1 },
  best: { channel, y, x },
})

/** @param {Layer} source
 * @param {Cell} cell */
const valueAt = (source, { channel, y, x }) => source.values[(channel * source.height + y) * source.width + x]

/** @param {BatchNorm} layer
 * @param {Part} part
 * @returns {BatchNormExplanation} */
function explainBatchNorm(layer, part) {
  const { channel } = part
  const [mean, variance] = [layer.mean[channel], layer.variance[channel]]
  const [scale, offset] = [layer.scale[channel], layer.offset[channel]]
  const input = valueAt(layer.source, part)
  const normalised = (input - mean) / Math.sqrt(variance + NORM_EPSILON)
  const total = normalised * scale + offset
  const numbers = { input, mean, variance, scale, offset, normalised, total }
  return { ...part, ...sameCell(part), ...numbers, layer, kind: "batch norm" }
}

/** @param {Activation} layer
 * @param {Part} part
 * @param {Network} network
 * @returns {ActivationExplanation} */
function explainActivation(layer, part, { activate }) {
  const input = valueAt(layer.source, part)
  return { ...part, ...sameCell(part), layer, kind: "activation", input, activate, total: activate(input) }
}

/** @param {Pooling} layer
 * @param {Part} part
 * @param {Network} network
 * @returns {PoolingExplanation} */
function explainPooling(layer, part, network) {
  const { channel } = part
  const cells = [0, 1, 2, 3].map((cell) => ({ channel, y: 2 * part.y + (cell >> 1), x: 2 * part.x + (cell & 1) }))
  const inputs = cells.map((cell) => valueAt(layer.source, cell))
  const winner = indexOfLargest(inputs)
  const max = network.pooling === "max"
  return {
    ...part,
    layer,
    kind: "pooling",
    inputs,
    winner: max ? winner : null,
    total: max ? inputs[winner] : sumOf(inputs) / inputs.length,
    window: { top: 2 * part.y, left: 2 * part.x, height: 2, width: 2 },
    best: cells[winner],
  }
}

/** The terms are the products of each input with its weight.
 * @param {Dense} layer
 * @param {Part} part
 * @returns {DenseExplanation} */
function explainDense(layer, part) {
  const { source } = layer
  const inputs = source.values
  const plane = source.height * source.width
  const terms = Array.from(inputs, (input, at) => {
    const weight = layer.weights[part.channel * inputs.length + at]
    const [y, x] = [Math.floor((at % plane) / source.width), at % source.width]
    return { channel: Math.floor(at / plane), y, x, input, weight, sum: input * weight }
  })
  const bias = layer.bias[part.channel]
  return {
    ...part,
    layer,
    kind: "dense",
    terms: terms.toSorted(bySize),
    bias,
    total: terms.reduce((sum, term) => sum + term.sum, bias),
    window: { top: 0, left: 0, height: source.height, width: source.width },
    best: strongestOf(terms),
  }
}

/** How logits become shares. The largest logit is subtracted first, so that no exponential is too large for a float; the
 * shares stay the same.
 * @typedef {ReturnType<typeof softmaxParts>} Softmax
 * @param {Network} network */
function softmaxParts({ logits, probabilities }) {
  const largest = Math.max(...logits)
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest))
  return {
    logits: Array.from(logits),
    largest,
    exponentials,
    total: sumOf(exponentials),
    shares: Array.from(probabilities),
  }
}

/** The pixels of the 28x28 input on which a number depends.
 * @param {Network} network
 * @param {number} index - of the layer
 * @param {number} y
 * @param {number} x
 * @returns {Box} */
export function receptiveField(network, index, y, x) {
  let [top, left, bottom, right] = [y, x, y, x] // bottom and right are the last row and column inside
  /** @type {Layer | null} */
  let layer = network.layers[index]
  for (; layer?.source; layer = layer.source) {
    if (layer.kind === "convolution") {
      bottom += layer.kernel - 1
      right += layer.kernel - 1
    } else if (layer.kind === "pooling") {
      ;[top, left, bottom, right] = [2 * top, 2 * left, 2 * bottom + 1, 2 * right + 1]
    } else if (layer.kind === "dense") {
      ;[top, left, bottom, right] = [0, 0, layer.source.height - 1, layer.source.width - 1]
    }
  }
  return { top, left, height: bottom - top + 1, width: right - left + 1 }
}

/** From a digit's output back to the input, in each layer through the input that adds most. The output comes first.
 * @param {Network} network
 * @param {number} digit
 * @returns {Place[]} */
export function strongestPath(network, digit) {
  let place = { index: network.layers.length - 1, channel: digit, y: 0, x: 0 }
  const path = [place]
  for (;;) {
    const explained = explain(network, place.index, place.channel, place.y, place.x)
    if (explained.kind === "input") return path
    const { channel, y, x } = explained.best
    place = { index: explained.layer.source.index, channel, y, x }
    path.push(place)
  }
}
