export default function (component) {
  const { data } = component;
  const words = data.words;
  // The white space around a difference is not part of it.
  const around = (tag, title) => (text) => {
    const core = text.trim();
    const start = text.indexOf(core);
    return core ? [text.slice(0, start), h(tag, { title }, core), text.slice(start + core.length)] : [text];
  };
  const gone = around("del", words.only_left);
  const come = around("ins", words.only_right);
  const left = (parts) => parts.map((p) => (p.same ? p.left : p.left ? gone(p.left) : null)).flat();
  const right = (parts) => parts.map((p) => (p.same ? p.right : p.right ? come(p.right) : null)).flat();
  const both = (parts) => parts.map((p) => p.same ? [p.right]
    : [...(p.left ? gone(p.left) : []), p.left && p.right ? " " : "", ...(p.right ? come(p.right) : [])]).flat();
  const absent = (text) => h("span", { class: "absent" }, text);
  const side = (label, row, parts, missing, text) => h("div", { class: `cell ${label}`, role: "cell" },
    row.missing === missing ? absent(text) : h("p", { class: row.heading ? "heading" : null }, parts));
  const wide = h("div", { class: "wide", role: "table", "aria-label": words.label },
    h("div", { class: "row names", role: "row" },
      h("div", { class: "cell", role: "columnheader" }, h("strong", {}, data.left.name), h("span", { class: "quiet" }, data.left.note)),
      h("div", { class: "cell", role: "columnheader" }, h("strong", {}, data.right.name), h("span", { class: "quiet" }, data.right.note))),
    data.rows.map((row) => h("div", { class: "row", role: "row" },
      side("left", row, left(row.parts), "left", words.not_left),
      side("right", row, right(row.parts), "right", words.not_right))));
  const narrow = h("div", { class: "narrow" },
    h("p", { class: "key" }, gone(words.only_left), " ", come(words.only_right)),
    data.rows.map((row) => h("div", { class: "row" },
      row.missing ? h("span", { class: "quiet" }, row.missing === "left" ? words.only_right : words.only_left) : null,
      h("p", { class: row.heading ? "heading" : null }, both(row.parts)))));
  mount(component, wide, narrow);
}
