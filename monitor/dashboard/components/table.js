// A day of a strip: parts of it that failed or were empty, or a line where nothing was asked.
const mark = (day) => h("i", { title: day.title, class: day.none ? "none" : null,
  style: `--failed:${day.failed};--empty:${day.empty}` });

export default function (component) {
  const { data } = component;
  const content = (cell) => [
    cell.badge ? badge(cell.badge) : null,
    cell.strip ? h("div", { class: "strip", role: "img", "aria-label": cell.label }, cell.strip.map(mark)) : null,
    cell.to ? innerLink(cell.to, "title", cell.text) : cell.href ? outerLink(cell.href, cell.text)
      : cell.text ? h("span", {}, cell.text) : null,
    cell.runs && cell.runs.length ? h("div", { class: "runs" }, runs(cell.runs)) : null,
    cell.chips ? h("div", { class: "chips" }, cell.chips.map(chip)) : null,
    cell.sub ? h("div", { class: "quiet" }, cell.sub) : null,
  ];
  const isEmpty = (cell) =>
    !(cell.text || cell.badge || cell.strip || cell.sub || (cell.runs && cell.runs.length) || (cell.chips && cell.chips.length));
  // Roles are written out because a phone's layout takes them away from table elements.
  const rows = data.rows.map((cells) => ({
    keys: cells.map((cell) => cell.sort !== undefined ? cell.sort : cell.text || ""),
    element: h("tr", { role: "row" }, cells.map((cell, i) =>
      h("td", { role: "cell", class: [data.columns[i].align, data.columns[i].phone, isEmpty(cell) ? "empty" : ""].join(" "),
        "data-label": data.columns[i].label }, h("div", {}, content(cell))))),
  }));
  const body = h("tbody", { role: "rowgroup" }, rows.map((row) => row.element));
  const heads = data.columns.map((column, i) => {
    const head = h("th", { role: "columnheader", scope: "col", class: column.align,
      style: column.width ? `width:${column.width}` : null });
    if (!column.sort) {
      head.append(column.label);
      return head;
    }
    const button = h("button", { type: "button", title: data.words.sort }, column.label);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = rows.toSorted((a, b) => (up ? 1 : -1) * a.keys[i].localeCompare(b.keys[i]));
      body.replaceChildren(...sorted.map((row) => row.element));
    });
    head.append(button);
    return head;
  });
  const table = h("table", { role: "table", class: data.stack ? "stack" : null, "aria-label": data.label },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), body);
  mount(component, data.stack ? table : h("div", { class: "scroll" }, table));
}
