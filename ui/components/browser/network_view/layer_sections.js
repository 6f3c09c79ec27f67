// The arithmetic of one number as sections, for each kind of layer.

/** @import * as Explain from "../engine/explain.js" */
/** @import { Network } from "../engine/network.js" */
/** @import { Theme } from "../shared/paint.js" */
/** @import { Section } from "../shared/sections.js" */

import { channelProducts } from "../engine/explain.js"
import { _ } from "../shared/language.js"
import { matrices } from "../shared/matrices.js"
import { largestMagnitude, signed, sumOf } from "../shared/numbers.js"
import { activationGraph } from "./activation_graph.js"
import { isMap } from "./atlas.js"
import { activationName, layerName } from "./names.js"
import { barList, line, number } from "./number_lists.js"
import { softmaxTable } from "./softmax_table.js"

const SHOWN_TERMS = 24 // of a dense layer's inputs; a convolution lists every input channel

/** @param {Network} network
 * @param {Explain.Explanation} explained
 * @param {number} opened - the input channel whose products a convolution shows
 * @param {Theme} theme
 * @returns {Section[]} */
export function layerSections(network, explained, opened, theme) {
  switch (explained.kind) {
    case "convolution":
      return convolutionSections(network, explained, opened, theme)
    case "batch norm":
      return batchNormSections(network, explained)
    case "activation":
      return activationSections(network, explained, theme)
    case "pooling":
      return poolingSections(explained, theme)
    case "dense":
      return denseSections(network, explained)
    default:
      return [line("note", _("The picture as the network gets it: 0 is paper, 1 is full ink."))]
  }
}

/** @param {Network} network
 * @param {Explain.ConvolutionExplanation} explained
 * @param {number} opened
 * @param {Theme} theme */
function convolutionSections(network, explained, opened, theme) {
  const { layer, terms, bias, total } = explained
  const { patch, weights, products } = channelProducts(layer, explained, opened)
  const grids = [patch, weights, products]
  const map = { number: opened + 1, layer: layerName(network, layer.source, true) }
  const only = terms.length === 1
  const sum = sumOf(products)
  return [
    line("title", only ? _("Patch × kernel = products") : _("Map {number} of {layer}: patch × kernel = products", map)),
    matrices(layer.kernel, grids, grids.map(largestMagnitude), theme),
    ...(only ? [] : [line("total", [_("Sum for map {number}", map), number(sum)])]),
    line("total", [
      only ? _("Sum of the products") : _("Sum of all {count} maps", { count: terms.length }),
      number(total - bias),
      _("+ bias"),
      number(bias),
      "=",
      number(total, "result"),
    ]),
    ...nextLayer(network, explained),
    ...(only ? [] : channelList(terms, opened)),
  ]
}

/** @param {Explain.ChannelTerm[]} terms
 * @param {number} opened */
function channelList(terms, opened) {
  const rows = terms.map(({ channel, sum }) => {
    return { name: _("map {number}", { number: channel + 1 }), value: sum, channel, chosen: channel === opened }
  })
  return [
    line("title", _("All {count} input maps, the largest first", { count: terms.length })),
    barList("channels", rows, largestMagnitude(terms.map(({ sum }) => sum))),
  ]
}

/** @param {Network} network
 * @param {Explain.BatchNormExplanation} explained */
function batchNormSections(network, explained) {
  const { input, mean, variance, scale, offset, normalised, total } = explained
  const root = ["(", number(input), "−", number(mean), ") / √(", number(variance), "+ 0.00001) =", number(normalised)]
  return [
    line("title", _("(x − mean) / √(variance + 0.00001) × scale + offset")),
    line("total", root),
    line("total", [number(normalised), "×", number(scale), "+", number(offset), "=", number(total, "result")]),
    line(
      "note",
      _("Mean and variance are those of this map over the training pictures; scale and offset are learned."),
    ),
    ...nextLayer(network, explained),
  ]
}

/** @param {Network} network
 * @param {Explain.ActivationExplanation} explained
 * @param {Theme} theme */
function activationSections(network, { input, activate, total }, theme) {
  const [name, formula] = activationName(network.activation)
  return [
    line("title", `${name}: ${formula}`),
    activationGraph(input, activate, theme),
    line("total", ["x =", number(input), "→", number(total, "result")]),
  ]
}

/** @param {Explain.PoolingExplanation} explained
 * @param {Theme} theme */
function poolingSections({ inputs, winner, total }, theme) {
  const same = inputs.every((input) => input === inputs[0])
  const largest = same
    ? _("The largest of four numbers, here all the same")
    : _("The largest of four numbers; the others are dropped")
  const [begin, between, end] = winner === null ? ["(", "+", ") / 4 ="] : ["max(", ",", ") ="]
  const numbers = inputs.flatMap((input, at) => (at ? [between, number(input)] : [number(input)]))
  return [
    line("title", winner === null ? _("The mean of four numbers") : largest),
    matrices(2, [inputs], [largestMagnitude(inputs)], theme, same ? null : winner),
    line("total", [begin, ...numbers, end, number(total, "result")]),
  ]
}

/** @param {Network} network
 * @param {Explain.DenseExplanation} explained */
function denseSections(network, explained) {
  const { layer, terms, bias, total, softmax } = explained
  const rest = terms.slice(SHOWN_TERMS).map(({ sum }) => sum)
  const count = terms.length
  const layerBefore = layerName(network, layer.source, true)
  const heading =
    layer.source.kind === "input"
      ? _("Input × weight: the strongest of {count} pixels of the input", { count })
      : _("Input × weight: the strongest of {count} inputs from {layer}", { count, layer: layerBefore })
  return [
    ...(softmax ? [line("title", _("From logits to shares")), softmaxTable(softmax, explained.channel)] : []),
    line("total", [
      _("Sum of {count} products", { count }),
      number(total - bias),
      _("+ bias"),
      number(bias),
      "=",
      number(total, "result"),
    ]),
    ...nextLayer(network, explained),
    line("title", heading),
    productList(explained),
    ...(rest.length
      ? [line("total", [_("The other {count} together", { count: rest.length }), number(sumOf(rest))])]
      : []),
  ]
}

/** @param {Explain.DenseExplanation} explained */
function productList({ layer, terms }) {
  const place = (/** @type {Explain.Cell} */ { channel, y, x }) => {
    const at = { number: channel + 1, row: y + 1, column: x + 1 }
    if (!isMap(layer.source)) return _("unit {number}", at)
    if (layer.source.kind === "input") return _("row {row}, column {column}", at)
    return _("map {number}, row {row}, column {column}", at)
  }
  const rows = terms.slice(0, SHOWN_TERMS).map((term) => ({
    name: `${place(term)}: ${signed(term.input, 2)} × ${signed(term.weight, 2)}`,
    title: `${signed(term.input, 6)} × ${signed(term.weight, 6)}`,
    value: term.sum,
  }))
  return barList("products", rows, largestMagnitude(rows.map(({ value }) => value)))
}

/** What a batch norm or activation makes of the number. It follows the sum, so that the sum ends where the next layer
 * begins.
 * @param {Network} network
 * @param {Explain.Explanation} explained */
function nextLayer(network, { index, channel, y, x }) {
  const layer = network.layers[index + 1]
  if (layer?.kind !== "batch norm" && layer?.kind !== "activation") return []
  const value = layer.values[(channel * layer.height + y) * layer.width + x]
  return [line("total", [`→ ${layerName(network, layer, true)} →`, number(value)])]
}
