// The diverging colour scale of the app: the theme's chartDivergingColors, from the most negative to the most positive.

export const SHADES = 255 // odd, so that zero has a shade of its own

/** The colours as they are written in one of the theme's CSS variables.
 * @param {CSSStyleDeclaration} style
 * @param {string} name
 * @returns {string[]} */
export const themeColors = (style, name) => style.getPropertyValue(name).match(/#[0-9a-f]{6}/gi) ?? []

/** Red, green and blue from 0 to 255 of a colour such as #1747b5.
 * @param {string} color */
export const channelsOf = (color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))

/** The scale as SHADES colours, each as the four bytes of a pixel of ImageData. The theme's ten colours have no middle:
 * zero gets the colour of the page's background.
 * @param {Element} element - any element of the page
 * @returns {Uint32Array} */
export function palette(element) {
  const style = getComputedStyle(element)
  const stops = themeColors(style, "--st-chart-diverging-colors")
  const half = stops.length / 2
  return shadesBetween(
    stops.length === 10
      ? [...stops.slice(0, half), ...themeColors(style, "--st-background-color"), ...stops.slice(half)]
      : ["#1747b5", "#ffffff", "#c04a00"],
  )
}

/** SHADES colours that lead through `colors` in equal steps.
 * @param {string[]} colors - two or more
 * @returns {Uint32Array} */
export function shadesBetween(colors) {
  const stops = colors.map(channelsOf)
  const shades = new Uint32Array(SHADES)
  const bytes = new Uint8ClampedArray(shades.buffer)
  for (let shade = 0; shade < SHADES; shade++) {
    const at = (shade / (SHADES - 1)) * (stops.length - 1)
    const left = Math.min(Math.floor(at), stops.length - 2)
    for (let channel = 0; channel < 3; channel++) {
      const from = stops[left][channel]
      bytes[4 * shade + channel] = from + (at - left) * (stops[left + 1][channel] - from)
    }
    bytes[4 * shade + 3] = 255
  }
  return shades
}

/** The shade of `value` on a scale from -limit to limit.
 * @param {number} value
 * @param {number} limit */
export function shadeOf(value, limit) {
  const share = limit > 0 ? value / limit : 0
  return Math.round(((Math.max(-1, Math.min(1, share)) + 1) / 2) * (SHADES - 1))
}

/** A colour of the scale as CSS, and the colour of text that can be read on it.
 * @param {number} color - four bytes of ImageData
 * @param {{ dark?: string, light?: string, threshold?: number }} [text] - brightness from 0 to 255
 * @returns {[string, string]} */
export function cssColors(color, { dark = "#000", light = "#fff", threshold = 140 } = {}) {
  const [red, green, blue] = [color & 255, (color >> 8) & 255, (color >> 16) & 255]
  const brightness = 0.299 * red + 0.587 * green + 0.114 * blue
  return [`rgb(${red} ${green} ${blue})`, brightness > threshold ? dark : light]
}

/** The bytes of a grey pixel of ImageData: 0 is black, 1 is white.
 * @param {number} value */
export const greyPixel = (value) => 0xff000000 | (Math.round(255 * Math.max(0, Math.min(1, value))) * 0x010101)
