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

const isMap = (layer) => layer.output.length === 3

// "conv 1", "ReLU 2", "pool 1", "dense", "output"; long where there is room.
function layerName(network, layer, long = false) {
  const number = layer.name.match(/\d+$/)?.[0] ?? ""
  const pooling = network.pooling === "max" ? "max pool" : "average pool"
  const names = {
    convolution: long ? "convolution" : "conv",
    "batch norm": long ? "batch norm" : "norm",
    activation: network.activation.label,
    pooling: long ? pooling : "pool",
    dense: layer.name === "output" ? "output" : "dense",
  }
  return `${names[layer.kind] ?? layer.kind} ${number}`.trim()
}

// One number in words: "convolution 2, map 17, row 5, column 7".
function placeName(network, { index, channel, y, x }) {
  const layer = network.layers[index]
  const name = layerName(network, layer, true)
  if (layer.kind === "input") return `the input, row ${y + 1}, column ${x + 1}`
  if (layer.name === "output") return `the output for digit ${channel}`
  if (!isMap(layer)) return `${name}, unit ${channel + 1}`
  return `${name}, map ${channel + 1}, row ${y + 1}, column ${x + 1}`
}
