// A chart as a picture to be sent on: with its title, what it counts and what its colours mean,
// which on the page stand outside of it. The SVG is the one that the browser drew.
const SPACE = "http://www.w3.org/2000/svg";
const PAD = 24, ROW = 22;

function s(tag, attributes, text) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function compose(drawn, data, style) {
  const width = Number(drawn.getAttribute("width")), height = Number(drawn.getAttribute("height"));
  const family = `${style.getPropertyValue("--st-font")}, sans-serif`.replaceAll('"', "'");
  const colour = style.getPropertyValue("--st-text-color"), paper = style.getPropertyValue("--st-background-color");
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = `13px ${family}`;
  const words = (x, y, size, text, more) =>
    s("text", { x, y, "font-size": size, "font-family": family, fill: colour, ...more }, text);
  const parts = [words(PAD, PAD + 14, 18, data.title, { "font-weight": 600 }), words(PAD, PAD + 34, 13, data.subtitle, { opacity: .75 })];
  const chart = drawn.cloneNode(true);
  chart.setAttribute("x", PAD);
  chart.setAttribute("y", PAD + 50);
  parts.push(chart);
  let x = PAD, y = PAD + 50 + height + 22;
  for (const { text, color } of data.legend) {
    const long = measure.measureText(text).width + 34;
    if (x > PAD && x + long > width + PAD) [x, y] = [PAD, y + ROW];
    parts.push(s("circle", { cx: x + 5, cy: y - 4.5, r: 5, fill: color || colour }), words(x + 16, y, 13, text));
    x += long;
  }
  const whole = { width: width + 2 * PAD, height: y + PAD };
  const picture = s("svg", { xmlns: SPACE, ...whole, viewBox: `0 0 ${whole.width} ${whole.height}` });
  picture.append(s("rect", { ...whole, fill: paper }), ...parts);
  return { ...whole, blob: new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" }) };
}

async function asPng({ blob, width, height }) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export default function (component) {
  const { data } = component;
  const said = h("span", { class: "quiet", role: "status" });
  const button = (kind, make) => {
    const element = h("button", { type: "button", title: data.words[kind] }, kind.toUpperCase());
    element.addEventListener("click", async () => {
      const drawn = document.querySelector(`.st-key-${CSS.escape(data.chart)} svg.marks`);
      said.textContent = drawn ? "" : data.words.none;
      if (!drawn) return;
      save(await make(compose(drawn, data, getComputedStyle(said))), `${data.name}.${kind}`);
    });
    return element;
  };
  mount(component, h("div", { class: "bar" }, said, button("png", asPng), button("svg", ({ blob }) => blob)));

  // What a brush draws has neither a name nor a setting for one: screen readers pass it over.
  const hide = () => {
    for (const brush of document.querySelectorAll(`.st-key-${CSS.escape(data.chart)} :is(.days_brush, .days_brush_bg)`)) {
      brush.setAttribute("aria-hidden", "true");
    }
  };
  hide();
  const drawn = new MutationObserver(hide);
  drawn.observe(document.querySelector("[data-testid=stMain]") || document.body, { childList: true, subtree: true });
  return () => drawn.disconnect();
}
