// What our own pictures are painted with; it needs shared/palette.

// A canvas of that many CSS pixels, sharp on every screen; returns its context in CSS pixels.
function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across
    canvas.height = down
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext("2d")
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

// The theme as canvases need it; they know no CSS variables.
function readTheme(element) {
  const style = getComputedStyle(element)
  const color = (name) => style.getPropertyValue(name).trim()
  return {
    shades: palette(element),
    text: color("--st-text-color"),
    background: color("--st-background-color"),
    quiet: color("--st-secondary-background-color"),
    border: color("--st-border-color"),
    primary: color("--st-primary-color"),
    mark: color("--mark"),
    font: color("--st-font"),
  }
}

function make(tag, className = "", text = "") {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== "") element.textContent = text
  return element
}

// With a minus sign of its own; what rounds to zero has none.
const signed = (value, digits = 4) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−")
