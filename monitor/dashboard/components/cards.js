export default function (component) {
  const { data } = component;
  const card = (item) =>
    h("li", {},
      item.kicker ? h("div", { class: "quiet" }, item.kicker) : null,
      h("h3", {}, innerLink(item.to, "title", item.title)),
      item.text ? h("p", { class: "text" }, item.text) : null,
      h("div", { class: "foot" },
        item.badges.map(badge),
        item.note ? h("span", { class: "quiet note" }, item.note) : null,
        item.chips.map(chip)));
  mount(component, h("ul", { class: data.columns > 1 ? "cards columns" : "cards" }, data.items.map(card)));
}
