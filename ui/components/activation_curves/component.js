// Curves on the left, derivatives on the right, and one point on both. The numbers are torch's, sampled: the point rests
// on the samples, and moving it is only a matter of looking up.

const VIEW = { width: 420, height: 300, left: 34, right: 10, top: 26, bottom: 24 }
const RANGES = { value: { low: -1.5, high: 3.5, tick: 1 }, slope: { low: -0.25, high: 1.25, tick: 0.25 } }
const DASHES = ["", "9 4", "2 3", "10 3 2 3", "5 3", "14 4", "4 4 1 4", "1 4"]
const FINE = 1
const COARSE = 10

function shape(name, attributes, parent, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function element(name, parent, text = "") {
  const made = document.createElement(name)
  made.textContent = text
  parent.append(made)
  return made
}

const number = (value, digits = 4) => value.toFixed(digits).replace("-", "\u2212")

const across = (data, x) =>
  VIEW.left + ((x - data.x[0]) / (data.x[data.x.length - 1] - data.x[0])) * (VIEW.width - VIEW.left - VIEW.right)

const down = (kind, y) => {
  const { low, high } = RANGES[kind]
  return VIEW.height - VIEW.bottom - ((y - low) / (high - low)) * (VIEW.height - VIEW.top - VIEW.bottom)
}

function colors(root) {
  const found = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").match(/#[0-9a-f]{6}/gi)
  return found ?? ["#3b78e7"]
}

const line = (own, style) => ({ stroke: own.colors[style % own.colors.length], "stroke-dasharray": DASHES[style] })

// One of the two pictures without its point: grid, numbers at the axes, curves.
function plot(own, kind, title) {
  const { data } = own
  const svg = shape("svg", { viewBox: `0 0 ${VIEW.width} ${VIEW.height}`, "aria-hidden": "true" }, own.plots)
  const { low, high, tick } = RANGES[kind]
  const [left, right] = [VIEW.left, VIEW.width - VIEW.right]
  shape("text", { x: VIEW.left, y: 15, class: "name" }, svg, title)
  for (let y = Math.ceil(low / tick) * tick; y <= high; y += tick) {
    const at = down(kind, y)
    shape("path", { d: `M${left} ${at}H${right}`, class: y === 0 ? "axis" : "grid" }, svg)
    shape("text", { x: left - 16, y: at + 4 }, svg, number(y, tick < 1 ? 2 : 0))
  }
  for (let x = Math.ceil(data.x[0]); x <= data.x[data.x.length - 1]; x++) {
    const at = across(data, x)
    shape("path", { d: `M${at} ${VIEW.top}V${VIEW.height - VIEW.bottom}`, class: x === 0 ? "axis" : "grid" }, svg)
    shape("text", { x: at, y: VIEW.height - 7 }, svg, number(x, 0))
  }
  const clip = `clip-${kind}-${Math.random().toString(36).slice(2)}`
  const area = { x: left, y: VIEW.top, width: right - left, height: VIEW.height - VIEW.top - VIEW.bottom }
  shape("rect", area, shape("clipPath", { id: clip }, shape("defs", {}, svg)))
  const inside = shape("g", { "clip-path": `url(#${clip})` }, svg)
  const curves = data.curves.map((curve) => {
    const places = data.x.map((x, at) => `${across(data, x).toFixed(1)} ${down(kind, curve[kind][at]).toFixed(1)}`)
    return shape("path", { d: `M${places.join("L")}`, class: "curve", ...line(own, curve.style) }, inside)
  })
  const cursor = shape("path", { class: "cursor" }, inside)
  const tangent = shape("path", { class: "tangent" }, inside)
  const points = data.curves.map((curve) =>
    shape("circle", { r: 5, class: "point", fill: own.colors[curve.style % own.colors.length] }, inside),
  )
  return { svg, curves, cursor, tangent, points }
}

function table(own) {
  const made = element("table", own.root)
  const head = element("tr", element("thead", made))
  for (const text of [_("Function"), "f(z)", "f′(z)"]) element("th", head, text).scope = "col"
  const body = element("tbody", made)
  const group = `focus-${Math.random().toString(36).slice(2)}`
  return own.data.curves.map((curve) => {
    const row = element("tr", body)
    const name = element("th", row)
    name.scope = "row"
    const label = element("label", name)
    const radio = element("input", label)
    radio.type = "radio"
    radio.name = group
    radio.setAttribute("aria-label", _("Tangent of {name}", { name: curve.name }))
    const swatch = shape("svg", { viewBox: "0 0 40 12", class: "swatch", "aria-hidden": "true" }, label)
    shape("path", { d: "M0 6H40", ...line(own, curve.style) }, swatch)
    element("span", label, curve.name)
    radio.onchange = () => {
      own.focus = curve.style
      show(own)
    }
    return { row, radio, value: element("td", row), slope: element("td", row) }
  })
}

function show(own) {
  const { data, at } = own
  const x = data.x[at]
  const focus = Math.max(0, data.curves.findIndex((curve) => curve.style === own.focus))
  for (const [kind, { curves, cursor, tangent, points }] of Object.entries(own.pictures)) {
    cursor.setAttribute("d", `M${across(data, x)} ${VIEW.top}V${VIEW.height - VIEW.bottom}`)
    curves.forEach((curve, index) => curve.classList.toggle("focus", index === focus))
    points.forEach((point, index) => {
      point.setAttribute("cx", across(data, x))
      point.setAttribute("cy", down(kind, data.curves[index][kind][at]))
    })
    if (kind !== "value" || !data.curves.length) continue
    const { value, slope } = data.curves[focus]
    const [from, to] = [x - 1.5, x + 1.5]
    const height = (place) => down(kind, value[at] + (place - x) * slope[at])
    tangent.setAttribute("d", `M${across(data, from)} ${height(from)}L${across(data, to)} ${height(to)}`)
  }
  own.rows.forEach(({ row, radio, value, slope }, index) => {
    row.classList.toggle("chosen", index === focus)
    radio.checked = index === focus
    value.textContent = number(data.curves[index].value[at])
    slope.textContent = number(data.curves[index].slope[at])
  })
  const curve = data.curves[focus]
  const told = _("At z = {z}, {name} gives {value}, and the slope of its tangent is {slope}.", {
    z: number(x, 2), name: curve.name, value: number(curve.value[at]), slope: number(curve.slope[at]),
  })
  own.status.textContent = told
  own.plots.setAttribute("aria-valuenow", x)
  own.plots.setAttribute("aria-valuetext", told)
}

function moveTo(own, at) {
  own.at = Math.max(0, Math.min(own.data.x.length - 1, Math.round(at)))
  show(own)
}

function follow(own, event) {
  const svg = own.grabbed
  const box = svg.getBoundingClientRect()
  const x = ((event.clientX - box.left) / box.width) * VIEW.width
  const share = (x - VIEW.left) / (VIEW.width - VIEW.left - VIEW.right)
  moveTo(own, share * (own.data.x.length - 1))
}

function connect(own) {
  const { plots } = own
  plots.onpointerdown = (event) => {
    if (event.button !== 0) return
    own.grabbed = event.target.closest("svg")
    if (!own.grabbed) return
    plots.setPointerCapture(event.pointerId)
    follow(own, event)
  }
  plots.onpointermove = (event) => own.grabbed && follow(own, event)
  plots.onpointerup = plots.onpointercancel = plots.onlostpointercapture = () => (own.grabbed = null)
  plots.onkeydown = (event) => {
    const last = own.data.x.length - 1
    const to = {
      ArrowLeft: own.at - FINE, ArrowDown: own.at - FINE, ArrowRight: own.at + FINE, ArrowUp: own.at + FINE,
      PageDown: own.at - COARSE, PageUp: own.at + COARSE, Home: 0, End: last,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    moveTo(own, to)
  }
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  const own = made.get(root) ?? { at: Math.round(0.6 * (data.x.length - 1)), focus: data.curves.at(-1)?.style }
  made.set(root, own)
  Object.assign(own, { root, data, colors: colors(root), grabbed: null })
  root.replaceChildren()
  own.plots = element("div", root)
  own.plots.className = "plots"
  own.plots.tabIndex = 0
  own.plots.setAttribute("role", "slider")
  own.plots.setAttribute("aria-label", _("Move along the curves"))
  own.plots.setAttribute("aria-valuemin", data.x[0])
  own.plots.setAttribute("aria-valuemax", data.x[data.x.length - 1])
  own.pictures = { value: plot(own, "value", _("Function f(z)")), slope: plot(own, "slope", _("Derivative f′(z)")) }
  own.status = element("output", root)
  own.status.setAttribute("aria-live", "polite")
  own.rows = table(own)
  connect(own)
  show(own)
}
