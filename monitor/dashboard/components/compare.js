export default function (component) {
  const { data } = component;
  const words = data.words;
  // The white space around a difference is not part of it.
  const around = (tag, title) => (text, place) => {
    const core = text.trim();
    const start = text.indexOf(core);
    return core
      ? [text.slice(0, start), h(tag, { title, "data-place": place }, core), text.slice(start + core.length)]
      : [text];
  };
  const gone = around("del", words.only_left);
  const come = around("ins", words.only_right);
  const left = (parts) => parts.map((p) => (p.same ? p.left : p.left ? gone(p.left, p.place) : null)).flat();
  const right = (parts) => parts.map((p) => (p.same ? p.right : p.right ? come(p.right, p.place) : null)).flat();
  const both = (parts) => parts.map((p) => p.same ? [p.right]
    : [...(p.left ? gone(p.left, p.place) : []), p.left && p.right ? " " : "",
      ...(p.right ? come(p.right, p.place) : [])]).flat();
  const absent = (text) => h("span", { class: "absent" }, text);
  // Where a moved paragraph went, seen from the side that lacks it: `moved` is true for "down".
  const elsewhere = (row, missing) => row.moved === (missing === "right") ? words.below : words.above;
  const side = (label, row, parts, missing, text) => h("div", { class: `cell ${label}`, role: "cell" },
    row.missing !== missing ? h("p", { class: row.heading ? "heading" : null }, parts)
      : absent(row.moved === null ? text : elsewhere(row, missing)));
  const wide = h("div", { class: "wide", role: "table", "aria-label": words.label },
    h("div", { class: "row names", role: "row" },
      h("div", { class: "cell", role: "columnheader" }, h("strong", {}, data.left.name), h("span", { class: "quiet" }, data.left.note)),
      h("div", { class: "cell", role: "columnheader" }, h("strong", {}, data.right.name), h("span", { class: "quiet" }, data.right.note))),
    data.rows.map((row) => h("div", { class: "row", role: "row" },
      side("left", row, left(row.parts), "left", words.not_left),
      side("right", row, right(row.parts), "right", words.not_right))));
  const narrow = h("div", { class: "narrow" },
    h("p", { class: "key" }, gone(words.only_left), " ", come(words.only_right)),
    data.rows.filter((row) => row.moved === null || row.missing === "left").map((row) => h("div", { class: "row" },
      row.moved !== null ? h("span", { class: "quiet" }, row.moved ? words.moved_down : words.moved_up)
        : row.missing ? h("span", { class: "quiet" }, row.missing === "left" ? words.only_right : words.only_left) : null,
      h("p", { class: row.heading ? "heading" : null }, both(row.parts)))));

  const button = (text, title, action) => {
    const element = h("button", { type: "button", title }, text);
    element.addEventListener("click", action);
    return element;
  };

  // Going from difference to difference, by the buttons, by a chip, or by the keys n and p.
  let at = 0;
  const counter = h("span", { class: "counter", role: "status" },
    `${data.places} ${data.places === 1 ? words.one : words.many}`);
  const go = (place) => {
    if (!data.places) return;
    at = (place - 1 + data.places) % data.places + 1;
    counter.textContent = `${at} ${words.of} ${data.places}`;
    for (const mark of view.querySelectorAll("[data-place]")) {
      mark.classList.toggle("here", mark.dataset.place === String(at));
    }
    const seen = [...view.querySelectorAll(".here")].find((mark) => mark.getClientRects().length);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    seen?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  };
  const next = () => go(at + 1);
  const previous = () => go(at ? at - 1 : data.places);

  const link = button(words.link, words.link_title, async () => {
    const url = new URL(document.location.href);
    for (const [name, value] of Object.entries(data.link)) url.searchParams.set(name, value);
    // The same view by its full name: no step in the history, no reload.
    history.replaceState(history.state, "", url);
    try {
      await navigator.clipboard.writeText(url.href);
      link.textContent = words.copied;
    } catch {
      link.textContent = words.address; // the clipboard needs https, or this machine
    }
  });
  const bar = h("div", { class: "bar" },
    data.places ? button(`← ${words.previous}`, words.previous_key, previous) : null,
    data.places ? counter : null,
    data.places ? button(`${words.next} →`, words.next_key, next) : null,
    h("span", { class: "push" }), link);
  const chips = data.changes.map((change) => {
    const chip = button("", null, () => go(change.place));
    const parts = [change.left ? h("del", {}, change.left) : null, change.right ? h("ins", {}, change.right) : null];
    chip.append(...parts.filter(Boolean).flatMap((part, i) => (i ? [" ", part] : [part])), change.after ? ` ${change.after}` : "");
    return h("li", {}, chip);
  });
  const changed = chips.length
    ? h("div", { class: "changed" }, h("span", { class: "quiet" }, words.changed), h("ul", {}, chips))
    : null;
  const view = h("div", { class: "view" }, changed, bar, wide, narrow);
  mount(component, view);

  // One listener on the page, which goes with the view it was made for.
  const keys = new AbortController();
  document.addEventListener("keydown", (event) => {
    if (!view.isConnected) return keys.abort();
    const typing = event.composedPath()[0].closest?.("input, textarea, select, [contenteditable], [role=listbox]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") next();
    else if (event.key === "p") previous();
  }, { signal: keys.signal });
  return () => keys.abort();
}
