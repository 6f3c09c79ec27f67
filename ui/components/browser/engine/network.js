// model/network/cnn.py in JavaScript: the forward pass with the output of every layer. About 3 ms for the default network.

/** @import { Layer, LayerEntry } from "./layers.js" */

import { ACTIVATIONS } from "./activations.js"
import { computeLayer, makeLayer } from "./layers.js"
import { IMAGE_SIZE } from "./preprocess.js"
import { readSafetensors } from "./safetensors.js"

/** @type {LayerEntry} */
const INPUT = { name: "input", kind: "input", output: [1, IMAGE_SIZE, IMAGE_SIZE] }

export class Network {
  /** @param {Uint8Array} bytes - as ui/components/engine.py packs them */
  constructor(bytes) {
    const { metadata, tensors } = readSafetensors(bytes)
    this.id = metadata.fingerprint
    this.activation = metadata.activation
    this.activate = ACTIVATIONS[metadata.activation]
    this.pooling = metadata.pooling
    /** @type {LayerEntry[]} */
    const entries = [INPUT, ...JSON.parse(metadata.layers)]
    /** @type {Layer[]} */
    this.layers = []
    entries.forEach((entry, index) => {
      this.layers.push(makeLayer(entry, index, this.layers[index - 1], tensors))
    })
    this.logits = this.layers[this.layers.length - 1].values
    this.probabilities = new Float32Array(this.logits.length)
  }

  /** Computes the values of every layer, the logits and the probabilities.
   * @param {ArrayLike<number>} image - 784 numbers in [0, 1]
   * @returns {Float32Array} - the logits */
  forward(image) {
    this.layers[0].values.set(image)
    for (const layer of this.layers) computeLayer(layer, this.activate, this.pooling)
    const largest = Math.max(...this.logits)
    let total = 0
    this.logits.forEach((logit, digit) => {
      this.probabilities[digit] = Math.exp(logit - largest)
      total += this.probabilities[digit]
    })
    for (let digit = 0; digit < this.probabilities.length; digit++) this.probabilities[digit] /= total
    return this.logits
  }
}
