// The one diverging scale of the app: the theme's chartDivergingColors, from the most negative to the most positive.

const SHADES = 255 // odd, so that zero has a shade of its own

// Reads the scale from the styles of `element`: a Uint32Array of SHADES colours, as ImageData's bytes hold them. The
// theme's ten colours have no middle; zero is the page's background.
function palette(element) {
  const style = getComputedStyle(element)
  const read = (name) => style.getPropertyValue(name).match(/#[0-9a-f]{6}/gi) ?? []
  const stops = read("--st-chart-diverging-colors")
  const half = stops.length / 2
  const colors = stops.length === 10
    ? [...stops.slice(0, half), ...read("--st-background-color"), ...stops.slice(half)]
    : ["#1747b5", "#ffffff", "#c04a00"]
  const channels = colors.map((color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)))
  const shades = new Uint32Array(SHADES)
  const bytes = new Uint8ClampedArray(shades.buffer)
  for (let shade = 0; shade < SHADES; shade++) {
    const at = (shade / (SHADES - 1)) * (channels.length - 1)
    const left = Math.min(Math.floor(at), channels.length - 2)
    for (let channel = 0; channel < 3; channel++) {
      const from = channels[left][channel]
      bytes[4 * shade + channel] = from + (at - left) * (channels[left + 1][channel] - from)
    }
    bytes[4 * shade + 3] = 255
  }
  return shades
}

// The shade of `value` on a scale from -limit to limit.
function shadeOf(value, limit) {
  const share = limit > 0 ? value / limit : 0
  return Math.round(((Math.max(-1, Math.min(1, share)) + 1) / 2) * (SHADES - 1))
}
