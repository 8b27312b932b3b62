export default function (component) {
  const { data } = component;
  const parts = [];
  if (data.back) parts.push(innerLink(data.back.to, "back", `← ${data.back.text}`));
  if (data.kicker) parts.push(h("div", { class: "quiet kicker" }, data.kicker));
  if (data.title.length) parts.push(h("h1", {}, runs(data.title)));
  if (data.meta.length || data.link) {
    const meta = data.meta.map((text) => h("span", {}, text));
    if (data.link) meta.push(outerLink(data.link.href, data.link.text));
    parts.push(h("div", { class: "quiet meta" }, meta));
  }
  if (data.badges.length || data.chips.length) {
    parts.push(h("div", { class: "tags" }, data.badges.map(badge), data.chips.map(chip)));
  }
  if (data.more) {
    const { to, text, title, alone } = data.more;
    parts.push(h("p", { class: "more" }, linkWithin(to, { title }, alone, `${text} →`)));
  }
  parts.push(...data.paragraphs.map((p) => h("p", {}, runs(p))));
  mount(component, h("article", {}, parts));
}
