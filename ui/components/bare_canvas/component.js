// The canvas lives in the same page, in an open shadow root, and may arrive after this component does.

const CONTAINER = ".st-key-canvas"
const PATIENCE_MS = 10000

const sheet = new CSSStyleSheet()
sheet.replaceSync(".dc-toolbar { display: none !important; }")

function hideToolbar() {
  const roots = Array.from(document.querySelectorAll(`${CONTAINER} *`), (element) => element.shadowRoot)
  const root = roots.find((candidate) => candidate?.querySelector(".dc-toolbar"))
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
