// model/network/cnn.py in plain JavaScript: the whole forward pass with every layer's output, about 3 ms for the default
// network. A file of the network is a .safetensors file whose header also holds the table of layers.

// Its Maclaurin series near zero, its continued fraction elsewhere (Abramowitz and Stegun 7.1.5 and 7.1.14).
function erf(x) {
  const size = Math.abs(x)
  if (size > 6) return Math.sign(x)
  if (size < 2.5) {
    let term = size
    let sum = size
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-size * size) / n
      sum += term / (2 * n + 1)
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI)
  }
  let fraction = 0
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction)
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)))
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x))

// As torch defines them, with its default parameters.
const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x) => (x > 0 ? x : 0.01 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(x > 20 ? x : Math.log1p(Math.exp(x))),
  sigmoid,
  tanh: Math.tanh,
}

// { metadata, tensors } of a .safetensors file: 8 bytes of length, JSON, then the numbers.
function readSafetensors(bytes) {
  const file = bytes.slice() // float32 needs offsets that are multiples of four, wherever the bytes came from
  const length = Number(new DataView(file.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  const tensors = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__" || entry.dtype !== "F32") continue
    const [begin, end] = entry.data_offsets
    tensors[name] = new Float32Array(file.slice(8 + length + begin, 8 + length + end).buffer)
  }
  return { metadata: header.__metadata__, tensors }
}

class Network {
  // bytes: Uint8Array as ui/components/engine/__init__.py packs it
  constructor(bytes) {
    const { metadata, tensors } = readSafetensors(bytes)
    this.id = metadata.fingerprint
    this.activation = metadata.activation
    this.activate = ACTIVATIONS[metadata.activation]
    this.pooling = metadata.pooling
    const input = { name: "input", kind: "input", output: [1, IMAGE_SIZE, IMAGE_SIZE] }
    this.layers = [input, ...JSON.parse(metadata.layers)]
    this.layers.forEach((layer, index) => this.#prepare(layer, index, tensors))
    this.logits = this.layers.at(-1).values
    this.probabilities = new Float32Array(this.logits.length)
  }

  #prepare(layer, index, tensors) {
    const [channels, height = 1, width = 1] = layer.output
    const copies = layer.kind === "flatten" || layer.kind === "dropout" // the same numbers, no layer of the view
    const from = index ? this.layers[index - 1] : null
    layer.source = from && (from.copies ? from.source : from) // the layer whose numbers it takes
    Object.assign(layer, { index, copies, channels, height, width, values: new Float32Array(channels * height * width) })
    if (copies) layer.values = from.values
    const block = `blocks.${layer.name.replace(/\D/g, "") - 1}`
    const tensor = (name) => tensors[name]
    if (layer.kind === "convolution") {
      Object.assign(layer, { weights: tensor(`${block}.conv.weight`), bias: tensor(`${block}.conv.bias`) })
    } else if (layer.kind === "batch norm") {
      const names = { scale: "weight", offset: "bias", mean: "running_mean", variance: "running_var" }
      for (const [own, theirs] of Object.entries(names)) layer[own] = tensor(`${block}.norm.${theirs}`)
    } else if (layer.kind === "dense") {
      Object.assign(layer, { weights: tensor(`${layer.name}.weight`), bias: tensor(`${layer.name}.bias`) })
    }
  }

  // image: Float32Array(784) in [0, 1]. Every layer's `values` are then those for it, in torch's order.
  forward(image) {
    this.layers[0].values.set(image)
    for (const layer of this.layers) {
      if (layer.kind === "convolution") convolve(layer)
      else if (layer.kind === "batch norm") normalise(layer)
      else if (layer.kind === "activation") activate(layer, this.activate)
      else if (layer.kind === "pooling") pool(layer, this.pooling)
      else if (layer.kind === "dense") multiply(layer)
    }
    const largest = Math.max(...this.logits)
    let total = 0
    this.logits.forEach((logit, digit) => (total += this.probabilities[digit] = Math.exp(logit - largest)))
    this.probabilities.forEach((share, digit) => (this.probabilities[digit] = share / total))
    return this.logits
  }
}

function convolve({ source, kernel, weights, bias, values, channels, height, width }) {
  const plane = height * width
  const sums = new Float64Array(plane)
  for (let out = 0; out < channels; out++) {
    sums.fill(bias[out])
    for (let channel = 0; channel < source.channels; channel++) {
      const at = (out * source.channels + channel) * kernel * kernel
      const from = channel * source.height * source.width
      if (kernel === 3) addThree(sums, height, width, weights, at, source.values, from, source.width)
      else addAny(sums, height, width, kernel, weights, at, source.values, from, source.width)
    }
    values.set(sums, out * plane)
  }
}

// The nine weights stay in registers: three times as fast as the loop for any size.
function addThree(sums, height, width, weights, at, input, from, stride) {
  const [a, b, c] = [weights[at], weights[at + 1], weights[at + 2]]
  const [d, e, f] = [weights[at + 3], weights[at + 4], weights[at + 5]]
  const [g, h, i] = [weights[at + 6], weights[at + 7], weights[at + 8]]
  for (let y = 0, to = 0; y < height; y++) {
    let one = from + y * stride
    for (let x = 0; x < width; x++, to++, one++) {
      const two = one + stride
      const three = two + stride
      sums[to] +=
        a * input[one] + b * input[one + 1] + c * input[one + 2] +
        d * input[two] + e * input[two + 1] + f * input[two + 2] +
        g * input[three] + h * input[three + 1] + i * input[three + 2]
    }
  }
}

function addAny(sums, height, width, kernel, weights, at, input, from, stride) {
  for (let dy = 0; dy < kernel; dy++) {
    for (let dx = 0; dx < kernel; dx++) {
      const weight = weights[at + dy * kernel + dx]
      for (let y = 0, to = 0; y < height; y++) {
        let cell = from + (y + dy) * stride + dx
        for (let x = 0; x < width; x++) sums[to++] += weight * input[cell++]
      }
    }
  }
}

const NORM_EPSILON = 1e-5 // torch's default

function normalise({ source, scale, offset, mean, variance, values, channels, height, width }) {
  const plane = height * width
  for (let channel = 0; channel < channels; channel++) {
    const factor = scale[channel] / Math.sqrt(variance[channel] + NORM_EPSILON)
    for (let at = channel * plane; at < (channel + 1) * plane; at++) {
      values[at] = (source.values[at] - mean[channel]) * factor + offset[channel]
    }
  }
}

function activate({ source, values }, apply) {
  for (let at = 0; at < values.length; at++) values[at] = apply(source.values[at])
}

function pool({ source, values, channels, height, width }, pooling) {
  const input = source.values
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, to++) {
        const at = (channel * source.height + 2 * y) * source.width + 2 * x
        const [a, b, c, d] = [input[at], input[at + 1], input[at + source.width], input[at + source.width + 1]]
        values[to] = pooling === "max" ? Math.max(a, b, c, d) : (a + b + c + d) / 4
      }
    }
  }
}

function multiply({ source, weights, bias, values }) {
  const inputs = source.values
  for (let unit = 0; unit < values.length; unit++) {
    let sum = bias[unit]
    for (let at = 0, weight = unit * inputs.length; at < inputs.length; at++) sum += weights[weight++] * inputs[at]
    values[unit] = sum
  }
}
