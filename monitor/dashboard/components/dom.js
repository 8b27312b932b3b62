// Builds elements from data. Fetched text only ever becomes a text node: there is no
// innerHTML in these components, so that nothing an outlet wrote can become markup.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// Only links to the web, or to another page of this dashboard.
function safeHref(href) {
  try {
    return ["http:", "https:"].includes(new URL(href, document.baseURI).protocol) ? href : null;
  } catch {
    return null;
  }
}

// A link inside the dashboard. It takes the filters of the address along, unless it stands `alone`
// with its own, and opens without a reload: Streamlit follows the address when the history moves.
const FILTERS = ["company", "topic", "outlet", "tier", "language", "dates", "count", "undated", "subject", "firsts"];
function innerLink(href, className, ...children) {
  return linkWithin(href, { class: className }, false, ...children);
}
function linkWithin(href, attributes, alone, ...children) {
  const link = h("a", { href: safeHref(href), ...attributes }, ...children);
  link.addEventListener("click", (event) => {
    const url = new URL(href, document.baseURI);
    for (const [name, value] of new URLSearchParams(document.location.search)) {
      if (!alone && FILTERS.includes(name)) url.searchParams.append(name, value);
    }
    link.href = url.href;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    history.pushState(null, "", url.href);
    window.dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  });
  return link;
}

function outerLink(href, text) {
  const safe = safeHref(href);
  return safe
    ? h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, text)
    : h("span", {}, text);
}

const chip = ({ text, color, muted }) =>
  h("span", { class: muted ? "chip muted" : "chip" },
    color ? h("i", { style: `background:${color}`, "aria-hidden": "true" }) : null, text);
const badge = ({ text, tone, title }) => h("span", { class: `badge ${tone || ""}`, title }, text);

// [{text, mark, title, color}]: runs of text, some of them marked.
const runs = (parts) => parts.map(({ text, mark, title, color }) =>
  mark ? h("mark", { title, style: color ? `--mark:${color}` : null }, text) : text);

function mount(component, ...elements) {
  component.parentElement.querySelector(".root").replaceChildren(...elements);
}
