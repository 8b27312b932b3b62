// On a phone the pages stand in a menu that Streamlit leaves open, over the page that was chosen.
// It closes where somebody presses beside it; so that is said once a page is chosen.
function closeMenu(event) {
  if (!event.target.closest?.("[data-testid=stSidebarNavLink]")) return;
  const beside = document.querySelector("[data-testid=stMain]");
  beside?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
}

export default function () {
  document.addEventListener("click", closeMenu);
  return () => document.removeEventListener("click", closeMenu);
}
