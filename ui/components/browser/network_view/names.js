// Names of layers and of single numbers, as the page shows them.

/** @import { Place } from "../engine/explain.js" */
/** @import { Layer } from "../engine/layers.js" */
/** @import { Network } from "../engine/network.js" */

import { _ } from "../shared/language.js"
import { isMap } from "./atlas.js"

/** An activation function's name and formula.
 * @param {string} activation - its name in the checkpoint
 * @returns {[string, string]} */
export function activationName(activation) {
  /** @type {Record<string, [string, string]>} */
  const names = {
    relu: ["ReLU", "max(0, x)"],
    leaky_relu: [_("leaky ReLU"), _("x where x > 0, else 0.01 x")],
    elu: ["ELU", _("x where x > 0, else exp(x) - 1")],
    gelu: ["GELU", "x Φ(x)"],
    silu: ["SiLU", "x / (1 + exp(-x))"],
    mish: [_("Mish"), "x tanh(ln(1 + exp(x)))"],
    sigmoid: [_("Sigmoid"), "1 / (1 + exp(-x))"],
    tanh: [_("Tanh"), "tanh(x)"],
  }
  return names[activation]
}

/** "conv 1", "ReLU 2", "pool 1", "dense", "output".
 * @param {Network} network
 * @param {Layer} layer
 * @param {boolean} [long] - "convolution 1" and so on */
export function layerName(network, layer, long = false) {
  const number = layer.name.match(/\d+$/)?.[0] ?? ""
  const pooling = network.pooling === "max" ? _("max pool") : _("average pool")
  /** @type {Record<string, string>} */
  const names = {
    input: _("input"),
    convolution: long ? _("convolution") : _("conv"),
    "batch norm": long ? _("batch norm") : _("norm"),
    activation: activationName(network.activation)[0],
    pooling: long ? pooling : _("pool"),
    dense: layer.name === "output" ? _("output") : _("dense"),
  }
  return `${names[layer.kind]} ${number}`.trim()
}

/** One number in words: "convolution 2, map 17, row 5, column 7".
 * @param {Network} network
 * @param {Place} place */
export function placeName(network, { index, channel, y, x }) {
  const layer = network.layers[index]
  const at = { layer: layerName(network, layer, true), number: channel + 1, row: y + 1, column: x + 1 }
  if (layer.kind === "input") return _("the input, row {row}, column {column}", at)
  if (layer.name === "output") return _("the output for digit {digit}", { digit: channel })
  if (!isMap(layer)) return _("{layer}, unit {number}", at)
  return _("{layer}, map {number}, row {row}, column {column}", at)
}
