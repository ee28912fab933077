/** Filters, searches and switches the theme. The page reads as well without it. */
export const script = `
(() => {
  const root = document.documentElement
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]
  const checks = all('.check')
  const search = document.querySelector('#search')
  const group = document.querySelector('#group')
  const shown = document.querySelector('#shown')
  const chips = all('button[data-verdict]')
  root.classList.add('js')
  const texts = new Map(checks.map((check) => [check, check.textContent.toLowerCase()]))
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
    const off = new Set(chips.filter((it) => it.ariaPressed === 'false').map((it) => it.dataset.verdict))
    let count = 0
    for (const check of checks) {
      const fits = !off.has(check.dataset.verdict) && (!group.value || check.dataset.group === group.value) &&
        words.every((word) => texts.get(check).includes(word))
      check.hidden = !fits
      if (fits) count += 1
    }
    for (const section of all('section[data-group]')) section.hidden = !section.querySelector('.check:not([hidden])')
    shown.value = count === checks.length ? '' : count + ' of ' + checks.length
  }
  search.addEventListener('input', apply)
  group.addEventListener('change', apply)
  for (const chip of chips) chip.addEventListener('click', () => {
    const others = chips.filter((it) => it !== chip)
    const alone = chip.ariaPressed === 'true' && others.every((it) => it.ariaPressed === 'false')
    const whole = chips.every((it) => it.ariaPressed === 'true')
    for (const it of others) if (alone || whole) it.ariaPressed = String(alone)
    chip.ariaPressed = String(whole || alone || chip.ariaPressed !== 'true')
    apply()
  })
  document.querySelector('.toggle').addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
  })
  for (const button of all('.copy')) button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.nextElementSibling.textContent)
    button.textContent = 'copied'
  })
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1))
    if (target && target.matches('details')) target.open = true
  }
  addEventListener('hashchange', reveal)
  addEventListener('beforeprint', () => { for (const it of all('.finding details')) it.open = true })
  reveal()
})()
`
