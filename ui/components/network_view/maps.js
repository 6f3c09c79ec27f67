// Feature maps as pictures.

// A layer's maps one below the other, one pixel per number, on the layer's own scale from -limit to limit.
class Atlas {
  constructor(layer) {
    this.layer = layer
    this.canvas = document.createElement("canvas")
    this.canvas.width = layer.width
    this.canvas.height = layer.height * layer.channels
    this.context = this.canvas.getContext("2d")
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height)
    this.colors = new Uint32Array(this.image.data.buffer)
  }

  update(shades) {
    const { values, kind } = this.layer
    this.limit = 0
    for (const value of values) if (Math.abs(value) > this.limit) this.limit = Math.abs(value)
    if (kind === "input") {
      for (let at = 0; at < values.length; at++) this.colors[at] = 0xff000000 | (Math.round(255 * values[at]) * 0x010101)
    } else {
      const [middle, factor] = [(SHADES - 1) / 2, this.limit ? (SHADES - 1) / 2 / this.limit : 0]
      for (let at = 0; at < values.length; at++) this.colors[at] = shades[(middle + factor * values[at] + 0.5) | 0]
    }
    this.context.putImageData(this.image, 0, 0)
  }

  // Paints one map into a rectangle of another canvas.
  paint(context, channel, left, top, width, height) {
    const { layer } = this
    context.imageSmoothingEnabled = width < layer.width // else each number is a sharp square
    context.drawImage(this.canvas, 0, channel * layer.height, layer.width, layer.height, left, top, width, height)
  }
}

// As the page names them, with their formulas.
const ACTIVATIONS = {
  relu: ["ReLU", "max(0, x)"],
  leaky_relu: [_("leaky ReLU"), _("x where x > 0, else 0.01 x")],
  elu: ["ELU", _("x where x > 0, else exp(x) - 1")],
  gelu: ["GELU", "x Φ(x)"],
  silu: ["SiLU", "x / (1 + exp(-x))"],
  mish: [_("Mish"), "x tanh(ln(1 + exp(x)))"],
  sigmoid: [_("Sigmoid"), "1 / (1 + exp(-x))"],
  tanh: [_("Tanh"), "tanh(x)"],
}

const isMap = (layer) => layer.output.length === 3

// "conv 1", "ReLU 2", "pool 1", "dense", "output"; long where there is room.
function layerName(network, layer, long = false) {
  const number = layer.name.match(/\d+$/)?.[0] ?? ""
  const pooling = network.pooling === "max" ? _("max pool") : _("average pool")
  const names = {
    input: _("input"),
    convolution: long ? _("convolution") : _("conv"),
    "batch norm": long ? _("batch norm") : _("norm"),
    activation: ACTIVATIONS[network.activation][0],
    pooling: long ? pooling : _("pool"),
    dense: layer.name === "output" ? _("output") : _("dense"),
  }
  return `${names[layer.kind]} ${number}`.trim()
}

// One number in words: "convolution 2, map 17, row 5, column 7".
function placeName(network, { index, channel, y, x }) {
  const layer = network.layers[index]
  const at = { layer: layerName(network, layer, true), number: channel + 1, row: y + 1, column: x + 1 }
  if (layer.kind === "input") return _("the input, row {row}, column {column}", at)
  if (layer.name === "output") return _("the output for digit {digit}", { digit: channel })
  if (!isMap(layer)) return _("{layer}, unit {number}", at)
  return _("{layer}, map {number}, row {row}, column {column}", at)
}
