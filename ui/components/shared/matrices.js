// Grids of numbers, each on the shade of its value.

// The shade as a CSS colour, and black or white to write on it.
function ink(theme, shade) {
  const color = theme.shades[shade]
  const light = 0.299 * (color & 255) + 0.587 * ((color >> 8) & 255) + 0.114 * ((color >> 16) & 255)
  return [`rgb(${color & 255} ${(color >> 8) & 255} ${(color >> 16) & 255})`, light > 140 ? "#000" : "#fff"]
}

// A pixel between 0 and 1, light ink on dark, as `ink` gives colours.
function grey(value) {
  const level = Math.round(255 * Math.max(0, Math.min(1, value)))
  return [`rgb(${level} ${level} ${level})`, level > 140 ? "#000" : "#fff"]
}

// With two decimals, and fewer where a large number would not fit into its cell.
const short = (value) => signed(value, Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0)

// Square grids of numbers side by side, with × and = between them. limits: the ends of their scales; null: pixels.
function matrices(side, grids, limits, theme, winner = null) {
  return {
    key: `matrices ${side} ${grids.length}`,
    element() {
      const row = make("div", "matrices")
      row.classList.toggle("large", side > 5)
      const names = [_("patch"), _("kernel"), _("products")]
      grids.forEach((numbers, at) => {
        if (at) row.append(make("span", "sign", at === 1 ? "×" : "="))
        const grid = make("div", "matrix")
        grid.setAttribute("role", "img")
        grid.setAttribute("aria-label", grids.length > 1 ? names[at] : _("window"))
        grid.style.setProperty("--side", side)
        for (let cell = 0; cell < side * side; cell++) grid.append(make("span"))
        row.append(grid)
      })
      return row
    },
    fill(row) {
      row.querySelectorAll(".matrix").forEach((grid, at) => {
        grids[at].forEach((value, cell) => {
          const [background, color] = limits[at] === null ? grey(value) : ink(theme, shadeOf(value, limits[at]))
          const span = grid.children[cell]
          span.style.background = background
          span.style.color = color
          span.textContent = short(value)
          span.title = signed(value, 6)
          span.dataset.value = value
          span.classList.toggle("winner", cell === winner)
        })
      })
    },
  }
}
