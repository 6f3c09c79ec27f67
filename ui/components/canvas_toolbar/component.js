// The canvas may arrive in the page after this component does, so it is looked for in every frame for a while.

const PATIENCE_MS = 10000

const sheet = new CSSStyleSheet()
sheet.replaceSync(`${TOOLBAR} { display: none !important; }`)

function hideToolbar() {
  const root = canvasRoot(TOOLBAR)
  if (!root) return false
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet)
  return true
}

export default function () {
  const deadline = performance.now() + PATIENCE_MS
  let frame = 0
  const look = () => {
    if (!hideToolbar() && performance.now() < deadline) frame = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(frame)
}
