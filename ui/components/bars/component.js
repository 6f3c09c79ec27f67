// Ten horizontal bars, made once and then only moved, so that nothing flickers or jumps between two answers.

const DIGITS = 10

function build(root) {
  root.setAttribute("role", "list")
  return Array.from({ length: DIGITS }, (_none, digit) => {
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

function show(rows, values, winner) {
  rows.forEach(({ row, bar, share }, digit) => {
    const text = values === null ? "" : percent(values[digit])
    bar.style.transform = `scaleX(${values === null ? 0 : values[digit]})`
    share.textContent = text
    row.classList.toggle("winner", digit === winner)
    row.setAttribute("aria-label", text ? `${digit}: ${text}` : `${digit}`)
  })
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, { rows: build(root), stop: null })
  const own = made.get(root)
  own.stop?.()
  root.setAttribute("aria-label", data.label)
  const follow = () => {
    const { frame } = lab
    if (data.live && frame?.live) show(own.rows, frame.probabilities, frame.winner)
    else if (!lab.penDown) show(own.rows, data.values, data.winner) // else it is out of date already
  }
  follow()
  own.stop = data.live ? subscribe(follow) : null
  return () => own.stop?.()
}
