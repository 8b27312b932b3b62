// A document in a frame of its own. Without "allow-scripts" nothing in it ever runs; being of the
// same origin only lets us measure how tall it is.
const SHUT_IN = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

export default function (component) {
  const { data } = component;
  const frame = h("iframe", { sandbox: SHUT_IN, title: data.title, referrerpolicy: "no-referrer",
    style: `max-width:${data.width}px` });
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${page.querySelector("body").scrollHeight}px`;
  };
  frame.addEventListener("load", fit);
  new ResizeObserver(fit).observe(frame);
  frame.srcdoc = data.html;
  mount(component, frame);
}
