// The cookie goes with each later visit of this browser. Another tab may have set one a moment ago: then that one counts.

export default function ({ data, setStateValue }) {
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${data.cookie}=`))
  const known = kept?.slice(data.cookie.length + 1)
  if (/^[0-9a-f]{32}$/.test(known ?? "")) {
    if (known !== data.token) setStateValue("known", known)
    return
  }
  document.cookie = `${data.cookie}=${data.token}; path=/; max-age=31536000; samesite=strict`
}
