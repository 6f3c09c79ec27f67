// A neuron as a drawing. Every number comes from Python; here they only find their places.

const WIDTH = 760
const HEIGHT = 400
const INPUT = 44
const PRODUCT = 290
const SUM = { x: 440, y: 180, r: 40 }
const BOX = { left: 528, top: 112, width: 136, height: 136 }
const OUTPUT = { x: 716, y: 180, r: 38 }
const BIAS = 352
const LAST = 286 // where the last input stands; the first is at the top

function shape(name, attributes, parent, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

const sign = (value) => (value > 0 ? "plus" : value < 0 ? "minus" : "zero")

// Numbers far apart still leave the small ones visible and the large ones in their place.
const width = (value) => (value === 0 ? 1.5 : 1.5 + 10 * Math.tanh(Math.abs(value) / 3))

function edge(svg, path, value) {
  shape("path", { d: path, class: `edge ${sign(value)}`, "stroke-width": width(value) }, svg)
}

function tag(svg, x, y, text) {
  const half = 5 + 4.3 * text.length
  shape("rect", { x: x - half, y: y - 12, width: 2 * half, height: 24, rx: 6, class: "label" }, svg)
  shape("text", { x, y }, svg, text)
}

const subscript = (number) => String.fromCharCode(0x2080 + number)

function inputs(svg, data) {
  const step = LAST > 62 && data.rows.length > 1 ? (LAST - 62) / (data.rows.length - 1) : 0
  data.rows.forEach((row, index) => {
    const y = 62 + index * step
    const number = subscript(index + 1)
    edge(svg, `M${INPUT + 36} ${y}H${PRODUCT - 42}`, row.weight)
    edge(svg, `M${PRODUCT + 42} ${y}C${PRODUCT + 90} ${y} ${SUM.x - 85} ${SUM.y} ${SUM.x - SUM.r} ${SUM.y}`, row.part)
    shape("circle", { cx: INPUT, cy: y, r: 36, class: "node" }, svg)
    shape("text", { x: INPUT, y: y - 14, class: "head" }, svg, `x${number}`)
    shape("text", { x: INPUT, y: y + 8 }, svg, row.x)
    tag(svg, (INPUT + PRODUCT) / 2, y, `× w${number} = ${row.w}`)
    shape("rect", { x: PRODUCT - 42, y: y - 17, width: 84, height: 34, rx: 8, class: "node" }, svg)
    shape("text", { x: PRODUCT, y }, svg, row.product)
  })
}

function bias(svg, data) {
  edge(svg, `M${PRODUCT + 42} ${BIAS}C${PRODUCT + 120} ${BIAS} ${SUM.x} ${BIAS - 20} ${SUM.x} ${SUM.y + SUM.r}`, data.biasPart)
  shape("rect", { x: PRODUCT - 42, y: BIAS - 17, width: 84, height: 34, rx: 8, class: "node" }, svg)
  shape("text", { x: PRODUCT, y: BIAS }, svg, data.bias)
  shape("text", { x: PRODUCT - 92, y: BIAS, class: "head" }, svg, _("bias b"))
}

// The activation as a curve in its box, and the point at which this neuron stands on it.
function bend(svg, data) {
  const xs = data.curve.map(([x]) => x)
  const ys = data.curve.map(([, y]) => y)
  const [low, high] = [Math.min(...ys, 0), Math.max(...ys, 0)]
  const inner = 12
  const across = (x) => BOX.left + inner + ((x - xs[0]) / (xs[xs.length - 1] - xs[0])) * (BOX.width - 2 * inner)
  const down = (y) => BOX.top + BOX.height - inner - ((y - low) / (high - low || 1)) * (BOX.height - 2 * inner)
  shape("path", { d: `M${SUM.x + SUM.r} ${SUM.y}H${BOX.left}M${BOX.left + BOX.width} ${SUM.y}H${OUTPUT.x - OUTPUT.r}`, class: "axis", "stroke-width": 2 }, svg)
  shape("rect", { x: BOX.left, y: BOX.top, width: BOX.width, height: BOX.height, rx: 8, class: "node" }, svg)
  shape("path", { d: `M${BOX.left + inner} ${down(0)}H${BOX.left + BOX.width - inner}M${across(0)} ${BOX.top + inner}V${BOX.top + BOX.height - inner}`, class: "axis" }, svg)
  shape("path", { d: `M${data.curve.map(([x, y]) => `${across(x).toFixed(1)} ${down(y).toFixed(1)}`).join("L")}`, class: "curve" }, svg)
  const [x, y] = [across(data.at[0]), down(data.at[1])]
  shape("path", { d: `M${x} ${down(0)}V${y}H${across(0)}`, class: "guide", fill: "none" }, svg)
  shape("circle", { cx: x, cy: y, r: 6, class: "point" }, svg)
  shape("text", { x: BOX.left + BOX.width / 2, y: BOX.top - 16, class: "head" }, svg, data.activation)
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  const ends = getComputedStyle(root).getPropertyValue("--st-chart-diverging-colors").match(/#[0-9a-f]{6}/gi) ?? []
  root.style.setProperty("--minus", ends[0] ?? "#1747b5")
  root.style.setProperty("--plus", ends[ends.length - 1] ?? "#c04a00")
  root.replaceChildren()
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, root)
  const products = data.rows.map((row) => `${row.x} × ${row.w} = ${row.product}`).join("; ")
  svg.setAttribute(
    "aria-label",
    _("A neuron. Products: {products}. Bias {bias}. Sum {z}. After {activation}: {output}.", { ...data, products }),
  )
  for (const [x, text] of [[INPUT, _("inputs")], [(INPUT + PRODUCT) / 2, _("weights")], [PRODUCT, _("products")]]) {
    shape("text", { x, y: 10, class: "head" }, svg, text)
  }
  inputs(svg, data)
  bias(svg, data)
  shape("circle", { cx: SUM.x, cy: SUM.y, r: SUM.r, class: "node" }, svg)
  shape("text", { x: SUM.x, y: SUM.y - SUM.r - 14, class: "head" }, svg, _("sum z"))
  shape("text", { x: SUM.x, y: SUM.y - 16, class: "head" }, svg, "Σ")
  shape("text", { x: SUM.x, y: SUM.y + 8, class: "strong" }, svg, data.z)
  bend(svg, data)
  shape("circle", { cx: OUTPUT.x, cy: OUTPUT.y, r: OUTPUT.r, class: "node result" }, svg)
  shape("text", { x: OUTPUT.x, y: OUTPUT.y - OUTPUT.r - 14, class: "head" }, svg, _("output"))
  shape("text", { x: OUTPUT.x, y: OUTPUT.y, class: "strong" }, svg, data.output)
}
