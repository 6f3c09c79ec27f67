// Where one number of the network comes from: every function takes a layer whose values are computed and the place of
// the number, and returns its parts, which add up to `value` as the forward pass has it.

// Every explanation has: value; window { top, left, height, width, channels: [first, count] }, the part of the source
// layer that it is made of; best { channel, y, x }, the source number that adds most to it.
function explain(network, index, channel, y, x) {
  const layer = network.layers[index]
  const part = { index, layer, channel, y, x, value: layer.values[(channel * layer.height + y) * layer.width + x] }
  if (layer.kind === "input") return part
  const explained = EXPLANATIONS[layer.kind](layer, part, network)
  if (index === network.layers.length - 1) explained.softmax = softmaxParts(network)
  return explained
}

const EXPLANATIONS = {
  convolution: explainConvolution,
  "batch norm": explainNorm,
  activation: explainActivation,
  pooling: explainPooling,
  dense: explainDense,
}

const bySize = (one, other) => Math.abs(other.sum) - Math.abs(one.sum) || one.channel - other.channel

// terms: one per input channel, { channel, sum }, the largest first; `channelProducts` opens one of them.
function explainConvolution(layer, part) {
  const terms = Array.from({ length: layer.source.channels }, (_, channel) => {
    const { products } = channelProducts(part, channel)
    return { channel, sum: products.reduce((sum, product) => sum + product, 0) }
  })
  const bias = layer.bias[part.channel]
  const strongest = terms.reduce((best, term) => (term.sum > best.sum ? term : best))
  const { products } = channelProducts(part, strongest.channel)
  const at = products.indexOf(Math.max(...products))
  return {
    ...part,
    terms: terms.toSorted(bySize),
    bias,
    total: terms.reduce((sum, term) => sum + term.sum, bias),
    window: { top: part.y, left: part.x, height: layer.kernel, width: layer.kernel },
    best: {
      channel: strongest.channel,
      y: part.y + Math.floor(at / layer.kernel),
      x: part.x + (at % layer.kernel),
    },
  }
}

// The patch under the kernel, the kernel, and their products, for one input channel: arrays of kernel x kernel numbers.
function channelProducts({ layer, channel, y, x }, from) {
  const { source, kernel } = layer
  const at = (channel * source.channels + from) * kernel * kernel
  const weights = Array.from(layer.weights.subarray(at, at + kernel * kernel))
  const patch = weights.map((_, cell) => {
    const row = y + Math.floor(cell / kernel)
    return source.values[(from * source.height + row) * source.width + x + (cell % kernel)]
  })
  return { patch, weights, products: patch.map((value, cell) => value * weights[cell]) }
}

const single = ({ channel, y, x }) => ({
  window: { top: y, left: x, height: 1, width: 1 },
  best: { channel, y, x },
})

function sourceValue({ layer, channel, y, x }) {
  return layer.source.values[(channel * layer.source.height + y) * layer.source.width + x]
}

function explainNorm(layer, part) {
  const { channel } = part
  const [mean, variance] = [layer.mean[channel], layer.variance[channel]]
  const [scale, offset] = [layer.scale[channel], layer.offset[channel]]
  const input = sourceValue(part)
  const normalised = (input - mean) / Math.sqrt(variance + NORM_EPSILON)
  return { ...part, ...single(part), input, mean, variance, scale, offset, normalised, total: normalised * scale + offset }
}

function explainActivation(layer, part, network) {
  const input = sourceValue(part)
  return { ...part, ...single(part), input, apply: network.activate, total: network.activate(input) }
}

function explainPooling(layer, part, network) {
  const { source } = layer
  const cells = [0, 1, 2, 3].map((cell) => [2 * part.y + (cell >> 1), 2 * part.x + (cell & 1)])
  const inputs = cells.map(([y, x]) => source.values[(part.channel * source.height + y) * source.width + x])
  const winner = inputs.indexOf(Math.max(...inputs))
  const max = network.pooling === "max"
  const sum = inputs.reduce((total, input) => total + input, 0)
  const [y, x] = cells[winner]
  return {
    ...part,
    inputs,
    winner: max ? winner : null,
    total: max ? inputs[winner] : sum / inputs.length,
    window: { top: 2 * part.y, left: 2 * part.x, height: 2, width: 2 },
    best: { channel: part.channel, y, x },
  }
}

// terms: one per input number, { channel, y, x, input, weight, sum }, the largest first.
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
    terms: terms.toSorted(bySize),
    bias,
    total: terms.reduce((sum, term) => sum + term.sum, bias),
    window: { top: 0, left: 0, height: source.height, width: source.width },
    best: terms.reduce((best, term) => (term.sum > best.sum ? term : best)),
  }
}

// How logits become shares. The largest is taken off first, so that no exponential overflows; the shares stay the same.
function softmaxParts({ logits, probabilities }) {
  const largest = Math.max(...logits)
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest))
  return {
    logits: Array.from(logits),
    largest,
    exponentials,
    total: exponentials.reduce((sum, value) => sum + value, 0),
    shares: Array.from(probabilities),
  }
}

// The pixels of the 28x28 input on which a number depends: { top, left, height, width }.
function receptiveField(network, index, y, x) {
  let [top, left, bottom, right] = [y, x, y, x] // ends inclusive
  for (let layer = network.layers[index]; layer.source; layer = layer.source) {
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

// From one number back to the input, at each layer through the number that adds most: [{ index, channel, y, x }], the
// output first.
function strongestPath(network, digit) {
  const path = [{ index: network.layers.length - 1, channel: digit, y: 0, x: 0 }]
  for (;;) {
    const { index, channel, y, x } = path.at(-1)
    const { layer, best } = explain(network, index, channel, y, x)
    if (!best) return path
    path.push({ index: layer.source.index, channel: best.channel, y: best.y, x: best.x })
  }
}
