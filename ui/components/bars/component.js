// Ten horizontal bars, made once and then only moved, so that nothing flickers or jumps between two answers.

const DIGITS = 10

function build(root) {
  root.setAttribute("role", "list")
  return Array.from({ length: DIGITS }, (_, digit) => {
    const row = document.createElement("div")
    row.className = "row"
    row.setAttribute("role", "listitem")
    const name = document.createElement("span")
    name.className = "name"
    name.textContent = digit
    const track = document.createElement("span")
    track.className = "track"
    const bar = document.createElement("span")
    bar.className = "bar"
    const share = document.createElement("span")
    share.className = "share"
    track.append(bar)
    row.append(name, track, share)
    root.append(row)
    return { row, bar, share }
  })
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, build(root))
  root.setAttribute("aria-label", data.label)
  made.get(root).forEach(({ row, bar, share }, digit) => {
    const text = data.texts === null ? "" : data.texts[digit]
    bar.style.transform = `scaleX(${data.values === null ? 0 : data.values[digit]})`
    share.textContent = text
    row.classList.toggle("winner", digit === data.winner)
    row.setAttribute("aria-label", text ? `${digit}: ${text}` : `${digit}`)
  })
}
