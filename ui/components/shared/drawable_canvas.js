// What we know of the inside of streamlit-drawable-canvas; checked on version 0.13.0. It has no public way to its
// drawing before its message, nor to hide its toolbar. tests/browser/draw/test_drawable_canvas.py fails when an update
// changes any of this; then the app still works, but the answer comes only with the message, and the toolbar shows.

// The milliseconds that it waits after pen-up before it sends its message to Python.
const CANVAS_DEBOUNCE_MS = 200

const CANVAS_CONTAINER = ".st-key-canvas"
const TOOLBAR = ".dc-toolbar"
const FINISHED_STROKES = "canvas.lower-canvas"
const PRESENT_STROKE = "canvas.upper-canvas"

// The open shadow root in the page that contains an element with this selector; undefined before it is there.
function canvasRoot(selector) {
  const roots = Array.from(document.querySelectorAll(`${CANVAS_CONTAINER} *`), (element) => element.shadowRoot)
  return roots.find((candidate) => candidate?.querySelector(selector))
}

// The two canvas elements: the finished strokes below, the present one above. None before they are there.
function findCanvases() {
  const root = canvasRoot(PRESENT_STROKE)
  return root ? Array.from(root.querySelectorAll(`${FINISHED_STROKES}, ${PRESENT_STROKE}`)) : []
}

// Whether a pointer event happened on the canvas.
function isOnCanvas(event) {
  return event.composedPath().some((part) => part.matches?.(PRESENT_STROKE))
}
